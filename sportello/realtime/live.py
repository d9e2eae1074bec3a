"""The parts of this process put together: who listens, who reads, who is woken by what."""

import asyncio
from typing import Any

from django.conf import settings
from django.db import transaction

from .across import Line
from .hub import Hub
from .reader import Reader
from .signals import Signal

hub = Hub()
reader = Reader(hub.deliver, wanted=lambda: bool(hub.listeners))
line = Line(settings.REDIS_URL, woken=reader.awake.set, heard=lambda signal: reader.hand_over([signal]))


def start(loop: asyncio.AbstractEventLoop) -> None:
    """Have the events read, from now on. Called in a thread; harmless when it is running."""
    reader.start(loop)
    line.listen()


def announce(events: list) -> None:
    """React to every event: when it is committed, pages are told."""
    transaction.on_commit(_tell)


def whisper(topic: str, name: str, **data: Any) -> None:
    """Tell the pages that listen to `topic` what is worth nothing a moment later; in other processes through Redis."""
    signal = Signal(0, name, topic, data)
    reader.hand_over([signal])
    line.pass_on(signal)


def _tell() -> None:
    reader.awake.set()
    line.wake()
