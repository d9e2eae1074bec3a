"""Put a backup back in its place. What was there before is set aside, not lost."""

import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from sportello.jobs.process import in_use, migrate

from . import FILES, FORMAT, KEY, MANIFEST, databases
from .making import Made, backup, fingerprint, stored_files


class CannotRestore(Exception):
    """This backup cannot be put back here; the text says why and what to do."""


def restore(path: Path, *, force: bool = False) -> tuple[Made, list[str]]:
    """Put the backup back; return what was in it and what the administrator should know.

    Raise `CannotRestore` when something is here already (unless `force`), when it is in use, or when the backup is
    damaged, of another kind of database, or of a newer version; `CannotCopy` when the database refuses it.
    """
    with in_use(alone=True) as may:
        if not may:
            raise CannotRestore("Sportello is running on this data. Stop `sportello serve` and `sportello work` first.")
        occupied = not databases.is_empty() or next(stored_files(), None) is not None
        if occupied and not force:
            raise CannotRestore("There is data here already. With --force it is set aside and replaced.")
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restore-") as scratch:
            made = _unpack(path, Path(scratch))
            _refuse_what_does_not_fit(made)
            notes = _set_aside() if occupied else []
            databases.fill_from(Path(scratch) / made.database)
            _replace(Path(scratch) / FILES, Path(settings.MEDIA_ROOT))
            notes += _put_key_back(made, Path(scratch) / KEY)
        migrate()
        return made, notes


def _unpack(path: Path, folder: Path) -> Made:
    """Write what is in the archive into `folder`, and nothing outside it; return what it says about itself."""
    try:
        with tarfile.open(path, "r:gz") as tar:
            for entry in tar:
                target = folder / entry.name
                if not entry.isfile() or ".." in target.parts or not target.is_relative_to(folder):
                    raise CannotRestore(f"{entry.name!r} has no business in a backup of ours.")
                target.parent.mkdir(parents=True, exist_ok=True)
                with tar.extractfile(entry) as source, target.open("wb") as copy:  # type: ignore[union-attr]
                    shutil.copyfileobj(source, copy)
        return Made(**json.loads((folder / MANIFEST).read_text()))
    except (tarfile.TarError, EOFError, OSError, ValueError, TypeError) as e:
        raise CannotRestore(f"{path} is not a whole backup of Sportello ({e}).") from e


def _refuse_what_does_not_fit(made: Made) -> None:
    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if made.format > FORMAT or not ours.issuperset(made.migrations):
        raise CannotRestore(f"This backup was made by a newer Sportello ({made.version}): install that version first.")
    if made.database != databases.name_in_archive():
        raise CannotRestore(
            f"The backup holds {made.database}, and DATABASE_URL names another kind of database. "
            "A backup is restored to the kind it was made from."
        )


def _set_aside() -> list[str]:
    """Keep what is here as a backup of its own, so that a mistake can be undone."""
    kept = settings.DATA_DIR / f"before-restore-{timezone.now():%Y%m%d-%H%M%S}.tar.gz"
    backup(kept)
    return [f"What was here before lies in {kept}."]


def _replace(fresh: Path, place: Path) -> None:
    """Exchange the folder of files: renamed, so that there is never half of it."""
    old = place.with_name(f".{place.name}-before-restore")
    fresh.mkdir(exist_ok=True)
    if place.exists():
        os.replace(place, old)
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(fresh, place)
    shutil.rmtree(old, ignore_errors=True)


def _put_key_back(made: Made, key: Path) -> list[str]:
    ours = settings.DATA_DIR / KEY
    if key.exists() and ours.exists():
        key.chmod(0o600)
        os.replace(key, ours)
        return []
    if made.fingerprint == fingerprint():
        return []
    return [
        "The key of this installation is another one than the backup's: what is encrypted, like the passwords of "
        "inboxes, cannot be read. Set SPORTELLO_SECRET_KEY to the old key, or add it to SPORTELLO_OLD_SECRET_KEYS."
    ]
