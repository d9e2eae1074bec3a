"""The one reader of events in a process: whatever wakes it, what it tells comes from the table, in full.

A commit in this process wakes it at once, one elsewhere through Redis when there is one; and it looks by itself every
quarter of a second while somebody listens, or every few seconds where Redis does the waking.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone

from sportello.events.models import Event

from .position import Position
from .signals import Signal, signals_of
from .topics import Subscription, wiring

log = logging.getLogger(__name__)

AT_ONCE = 1000
# A page may ask for what it missed among this many events; beyond that it reads everything again.
FARTHEST_BACK = 5000
MOST_MISSED = 500
JUST_NOW = timedelta(seconds=5)
GATHER = 0.01
FIELDS = ("id", "name", "topic", "data")


class Reader:
    """Reads in a thread of its own and hands signals to the loop: `deliver(signals, position)` is called in it."""

    def __init__(self, deliver: Callable[[list[Signal], int], None], wanted: Callable[[], bool]):
        self.deliver = deliver
        self.wanted = wanted
        self.position = Position()
        self.awake = threading.Event()
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have it running. Called in a thread; when this returns all is handed over that was committed before."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive() or loop is not self._loop:
                self.position, self._loop = current_position(), loop
                self._thread = threading.Thread(target=self._run, args=(loop,), name="live-reader", daemon=True)
                self._thread.start()
        self._read()

    def hand_over(self, signals: list[Signal]) -> None:
        """Give signals to who listens in this process, from any thread."""
        if self._loop and self.wanted():
            with suppress(RuntimeError):  # the loop was closed
                self._loop.call_soon_threadsafe(self.deliver, signals, self.position.high)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._is_wanted(loop):
            if self.awake.wait(settings.LIVE_POLL_SECONDS):
                time.sleep(GATHER)  # what commits together is told together
            self.awake.clear()
            try:
                self._read()
            except Exception:
                log.exception("Events could not be read; trying again")
                connection.close()
                time.sleep(1)
        connection.close()

    def _is_wanted(self, loop: asyncio.AbstractEventLoop) -> bool:
        with self._lock:
            if self.wanted() and loop is self._loop and not loop.is_closed():
                return True
            self._thread = None
            return False

    def _read(self) -> None:
        """Hand over the signals of what was committed since the last time."""
        with self._reading:
            self.hand_over(self._new_signals())

    def _new_signals(self) -> list[Signal]:
        signals: list[Signal] = []
        while True:
            where = Q(id__gt=self.position.high) | Q(id__in=list(self.position.missing))
            rows = list(Event.objects.filter(where).order_by("id").values_list(*FIELDS)[:AT_ONCE])
            fresh = set(self.position.advance((row[0] for row in rows), time.monotonic()))
            signals += signals_of(row for row in rows if row[0] in fresh)
            if len(rows) < AT_ONCE:
                return signals


def current_position() -> Position:
    """Return the end of the events as it is now, knowing which of the last ids may still be committed."""
    recent = dict(Event.objects.order_by("-id").values_list("id", "at")[:100])
    # SQLite has one writer at a time: ids are committed in their order.
    if connection.vendor == "sqlite" or not recent:
        return Position(max(recent, default=0))
    position = Position(min(recent) - 1)
    position.advance(recent, time.monotonic())
    position.doubt([id for id, at in recent.items() if timezone.now() - at < JUST_NOW], time.monotonic())
    return position


def latest() -> int:
    """Return the id of the latest event: the "since" of a page that is about to read what it shows."""
    return Event.objects.aggregate(Max("id"))["id__max"] or 0


def missed(subscription: Subscription, since: int, late: list[int]) -> list[Signal] | None:
    """Return what a page made at `since` has missed until now; None if it is too much to tell, or of another time."""
    if not latest() - FARTHEST_BACK <= since <= latest():
        return None
    concerns = Q(topic__in=subscription.topics)
    for feed in subscription.feeds:
        concerns |= Q(topic__startswith=f"{wiring().feeds[feed].of}:")
    events = Event.objects.filter(concerns, Q(id__gt=since) | Q(id__in=late)).order_by("id")
    rows = list(events.values_list(*FIELDS)[: MOST_MISSED + 1])
    return signals_of(rows) if len(rows) <= MOST_MISSED else None
