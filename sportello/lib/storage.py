"""Files that are whole or not there: under the hash of their content, so writing one twice is harmless."""

import contextlib
import os
import tempfile
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage


def keep(path: str, content: bytes) -> None:
    """Store `content` at `path` of the default storage, on the disk itself before this returns.

    `path` must be made from the hash of the content: what is already there is taken to be the same.
    """
    if default_storage.exists(path):
        return
    if isinstance(default_storage, FileSystemStorage):
        _write_whole(Path(default_storage.path(path)), content)
    else:
        default_storage.save(path, ContentFile(content))


def read(path: str) -> bytes:
    """Return the bytes at `path`; raise `FileNotFoundError`."""
    with default_storage.open(path) as file:
        return file.read()


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside, flush to the disk, then rename: a crash leaves the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(beside)
        raise
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
