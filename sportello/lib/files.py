"""Files that survive a power cut."""

import os
import tempfile
from pathlib import Path


def write_durably(path: str | Path, content: bytes) -> None:
    """Write a file whole or not at all; when this returns it is on disk, and so is its name."""
    path = Path(path)
    fresh_folders = [folder for folder in [path.parent, *path.parent.parents] if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write_and_rename(path, content)
    for folder in [path.parent, *(folder.parent for folder in fresh_folders)]:
        _sync(folder)


def _write_and_rename(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
