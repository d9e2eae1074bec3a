"""What other rooms show beside a thing: read from `sportello/panels.py`, so no room must know those above it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

Panel = Callable[[HttpRequest, Any], str]
"""A function of the request and the thing, that returns safe HTML; nothing to show is an empty string."""


def beside(place: str, request: HttpRequest, thing: Any) -> list[str]:
    """Return the HTML of each panel of `BESIDE_<PLACE>` that has something to show, in its order."""
    panels: tuple[Panel, ...] = import_string(f"{settings.PANELS}.BESIDE_{place.upper()}")
    return [html for show in panels if (html := show(request, thing))]
