"""Which channels are plugged in: `settings.CHANNELS`, ours and other people's alike."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from .base import Channel


@cache
def channels() -> dict[str, type[Channel]]:
    """Return every channel class by its kind."""
    return {kind: import_string(path) for kind, path in settings.CHANNELS.items()}


def channel_of(inbox) -> Channel:
    """Return the channel of this inbox, with its settings; raise `KeyError` if its kind is not plugged in."""
    known = {"since": inbox.created_at.isoformat(), **inbox.settings, "address": inbox.address, "name": inbox.name}
    return channels()[inbox.kind](known)
