"""Make a backup while everything goes on."""

import contextlib
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

import sportello

from . import FILES, FORMAT, KEY, MANIFEST, databases


@dataclass(frozen=True)
class Made:
    """What lies in a backup. `key` says whether the key lies in it too; `fingerprint` which key is needed."""

    format: int
    version: str
    made_at: str
    database: str
    migrations: list[str]
    fingerprint: str
    key: bool
    files: bool


def backup(path: Path) -> Made:
    """Write a backup to `path`, readable by us alone; it appears under its name only when it is whole.

    Raise `CannotCopy` when the database cannot be copied, `OSError` when the disk is full or the folder is missing.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as scratch:
        copy, archive = Path(scratch) / databases.name_in_archive(), Path(scratch) / "archive"
        made = _describe()
        databases.copy_to(copy)
        archive.touch(mode=0o600)
        with tarfile.open(archive, "w:gz", compresslevel=3) as tar:
            _add_text(tar, MANIFEST, json.dumps(asdict(made), indent=1))
            tar.add(copy, copy.name, filter=_plain)
            copy.unlink()
            if made.key:
                _add_text(tar, KEY, settings.SECRET_KEY)
            for file in stored_files() if made.files else ():
                with contextlib.suppress(FileNotFoundError):  # a draft was thrown away meanwhile
                    tar.add(file, FILES + str(file.relative_to(settings.MEDIA_ROOT)), filter=_plain)
        _sync(archive)
        os.replace(archive, path)
    return made


def fingerprint() -> str:
    """Say which key this installation uses without telling it."""
    return hashlib.sha256(b"sportello backup" + settings.SECRET_KEY.encode()).hexdigest()[:16]


def stored_files() -> Iterator[Path]:
    """Every file that is kept on this machine; what is still being written begins with a dot."""
    for folder, _, names in os.walk(settings.MEDIA_ROOT):
        yield from (Path(folder) / name for name in names if not name.startswith("."))


def files_are_here() -> bool:
    """Whether files lie on this machine; those in an object store are not ours to copy."""
    try:
        return bool(default_storage.path(""))
    except NotImplementedError:
        return False


def _describe() -> Made:
    return Made(
        format=FORMAT,
        version=sportello.__version__,
        made_at=timezone.now().isoformat(timespec="seconds"),
        database=databases.name_in_archive(),
        migrations=databases.applied(),
        fingerprint=fingerprint(),
        # A key that came by the environment is kept where that is kept.
        key=(settings.DATA_DIR / KEY).exists() and (settings.DATA_DIR / KEY).read_text() == settings.SECRET_KEY,
        files=files_are_here(),
    )


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(text.encode()), 0o600, int(timezone.now().timestamp())
    tar.addfile(entry, io.BytesIO(text.encode()))


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
