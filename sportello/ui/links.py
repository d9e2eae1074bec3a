"""Where one can go: the entries of the rail, of the settings and of one's own menu, read from `sportello/panels.py`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string


def anybody(agent: Any) -> bool:
    return True


@dataclass(frozen=True)
class Link:
    """One way to somewhere. `covers`: further beginnings of addresses at which one is "there" too."""

    label: Any
    path: str
    icon: str
    allowed: Callable[[Any], bool] = anybody
    covers: tuple[str, ...] = ()
    at_foot: bool = False

    def is_here(self, path: str) -> bool:
        return path == self.path or any(path.startswith(start) for start in (self.path, *self.covers) if start != "/")


@dataclass(frozen=True)
class Group:
    """Links under one heading."""

    label: Any
    links: tuple[Link, ...]


@cache
def exists(path: str) -> bool:
    """Whether a page answers there: what is not built yet is not shown."""
    try:
        return bool(resolve(path))
    except Resolver404:
        return False


def open_to(agent: Any, links: Iterable[Link]) -> list[Link]:
    return [link for link in links if exists(link.path) and link.allowed(agent)]


def rail() -> tuple[Link, ...]:
    return import_string(f"{settings.PANELS}.RAIL")


def settings_groups() -> tuple[Group, ...]:
    return import_string(f"{settings.PANELS}.SETTINGS")
