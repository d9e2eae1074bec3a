"""One stylesheet for a page, put together from one file per component. No build step: it happens when we start."""

import os
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "ui/css/sportello.css"
# What later files build upon; the order of the others does not matter, but for what adapts them all to a phone.
FIRST = ("tokens.css", "base.css", "icon.css", "key.css", "button.css")
LAST = ("desk.css", "phone.css")


def sources() -> list[Path]:
    """Every `static/<app>/css/*.css` of ours, in the order in which they must stand."""
    ours = (Path(app.path) / "static" / app.label / "css" for app in apps.get_app_configs())
    return sorted((path for folder in ours for path in folder.glob("*.css")), key=_place)


def _place(path: Path) -> tuple[int, str]:
    if path.name in FIRST:
        return FIRST.index(path.name), ""
    if path.name in LAST:
        return 1000 + LAST.index(path.name), ""
    return 100, str(path)


class BundleFinder(BaseFinder):
    """Finds the one stylesheet, after writing it anew if a source is not what it was."""

    def __init__(self, *args, **kwargs):
        self.storage = FileSystemStorage(location=settings.DATA_DIR / "bundle")

    def find(self, path, find_all=False, **kwargs):
        if path != NAME:
            return []
        self._write()
        found = self.storage.path(NAME)
        return [found] if find_all else found

    def list(self, ignore_patterns):
        self._write()
        yield NAME, self.storage

    def _write(self) -> None:
        css = "\n".join(path.read_text() for path in sources())
        target = Path(self.storage.path(NAME))
        if target.exists() and target.read_text() == css:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        fresh.write_text(css)
        fresh.replace(target)
