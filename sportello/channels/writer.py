"""The one writer of a process: it takes whatever waits, commits it together, then answers all of it.

More threads do not make SQLite faster, they make the slowest wait a second; and a commit costs the same for one
delivery as for fifty.
"""

import asyncio
import logging
import threading
import time
from queue import Empty, SimpleQueue

from django.db import DataError, IntegrityError, connection, transaction

from .storing import Arrival, New, insert, tell

log = logging.getLogger(__name__)

# Readers are told at most this often, in seconds, that something arrived. If we die in between, what is left over is
# found by the job that looks each minute.
TELL_EVERY = 0.1

Waiting = tuple[asyncio.Future, Arrival]


class Full(Exception):
    """So many deliveries wait that one more would wait too long."""


class Writer:
    """Writes deliveries for the tasks of one event loop. `longest`: how many may wait; `batch`: taken at once.

    Loop and thread meet once for a batch, not for each delivery: while one batch is written, the next one gathers.
    """

    def __init__(self, *, longest: int = 2000, batch: int = 250):
        self.longest = longest
        self.batch = batch
        self._waiting: list[Waiting] = []
        self._busy = False
        self._batches: SimpleQueue[list[Waiting]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._untold = New()
        self._told_at = float("-inf")

    async def write(self, arrival: Arrival) -> None:
        """Return when `arrival` is durable; raise `Full`, or what the database said."""
        if len(self._waiting) >= self.longest:
            raise Full
        loop = asyncio.get_running_loop()
        written = loop.create_future()
        self._waiting.append((written, arrival))
        if not self._busy:
            self._busy = True
            loop.call_soon(self._hand_over)  # whoever comes in the same round comes along
        await written

    def _hand_over(self) -> None:
        """In the loop: give the thread what waits."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()
        batch, self._waiting = self._waiting[: self.batch], self._waiting[self.batch :]
        self._busy = bool(batch)
        if batch:
            self._batches.put(batch)

    def _run(self) -> None:
        while True:
            try:
                batch = self._batches.get(timeout=TELL_EVERY if self._untold else None)
            except Empty:
                self._try([])
            else:
                errors = self._write_together([arrival for _, arrival in batch])
                batch[0][0].get_loop().call_soon_threadsafe(self._settle, batch, errors)

    def _settle(self, batch: list[Waiting], errors: list[Exception | None]) -> None:
        """In the loop: tell who waited, once the thread has its next batch."""
        self._hand_over()
        for (written, _), error in zip(batch, errors, strict=True):
            if written.done():  # whoever waited gave up
                continue
            if error:
                written.set_exception(error)
            else:
                written.set_result(None)

    def _write_together(self, arrivals: list[Arrival]) -> list[Exception | None]:
        """Write all in one transaction. If one of them cannot be written, the others are all the same."""
        error = self._try(arrivals)
        if isinstance(error, (DataError, IntegrityError)) and len(arrivals) > 1:
            return [self._try([arrival]) for arrival in arrivals]
        return [error] * len(arrivals)

    def _try(self, arrivals: list[Arrival]) -> Exception | None:
        """Write, and tell of it in the same transaction, unless it was told a moment ago: then a moment later."""
        now = time.monotonic()
        due = now - self._told_at >= TELL_EVERY
        try:
            with transaction.atomic():
                new = self._untold + insert(arrivals)
                if due:
                    tell(new)
        except Exception as error:
            log.exception("Deliveries were not stored")
            connection.close()
            self._told_at = now
            return error
        self._untold, self._told_at = (New(), now) if due else (new, self._told_at)
        return None
