"""Which inbox a token opens: read from the database every few seconds, not for each delivery."""

import asyncio
import logging
import time
from dataclasses import dataclass

from django.db import connection

from .base import Channel
from .models import Inbox
from .registry import channel_of

log = logging.getLogger(__name__)

FRESH_FOR = 5.0


@dataclass(frozen=True)
class Door:
    inbox_id: int
    channel: Channel


class Doors:
    """The doors of one process, for the tasks of one event loop."""

    def __init__(self) -> None:
        self.table: dict[str, Door] = {}
        self.read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def find(self, token: str) -> Door | None:
        """Return the door of an active inbox, or None; raise what the database says when it cannot be read."""
        if self._is_stale():
            async with self._reading:
                if self._is_stale():
                    self.table = await asyncio.to_thread(read_doors)
                    self.read_at = time.monotonic()
        return self.table.get(token)

    async def look_again(self, token: str) -> Door | None:
        """Return the door of an inbox made a moment ago, or None."""
        self.table |= await asyncio.to_thread(read_doors, token=token)
        return self.table.get(token)

    def _is_stale(self) -> bool:
        return time.monotonic() - self.read_at > FRESH_FOR


def read_doors(**which: str) -> dict[str, Door]:
    """Return the doors of the active inboxes whose channel is plugged in, by token."""
    try:
        found = [(inbox, _channel(inbox)) for inbox in Inbox.objects.filter(is_active=True, **which)]
    finally:
        connection.close()
    return {inbox.token: Door(inbox.pk, channel) for inbox, channel in found if channel}


def _channel(inbox: Inbox) -> Channel | None:
    try:
        return channel_of(inbox)
    except KeyError:
        log.warning("Inbox %s: no channel of kind %s is plugged in", inbox.pk, inbox.kind)
        return None
