"""The one writer of a process: it takes whatever waits, commits it together, then answers all of it.

More threads do not make SQLite faster, they make the slowest wait a second; and a commit costs the same for one
delivery as for fifty.
"""

import asyncio
import logging
import threading
from queue import Empty, SimpleQueue

from django.db import DataError, IntegrityError, connection

from .storing import Arrival, write

log = logging.getLogger(__name__)

Waiting = tuple[asyncio.Future, Arrival]


class Full(Exception):
    """So many deliveries wait that one more would wait too long."""


class Writer:
    """Writes deliveries for the tasks of one event loop. `longest`: how many may wait; `batch`: taken at once."""

    def __init__(self, *, longest: int = 2000, batch: int = 50):
        self.longest = longest
        self.batch = batch
        self.waiting = 0
        self._queue: SimpleQueue[Waiting] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def write(self, arrival: Arrival) -> None:
        """Return when `arrival` is durable; raise `Full`, or what the database said."""
        if self.waiting >= self.longest:
            raise Full
        self._ensure_thread()
        self.waiting += 1
        written = asyncio.get_running_loop().create_future()
        self._queue.put((written, arrival))
        await written

    def _ensure_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            batch = self._take()
            errors = _write_together([arrival for _, arrival in batch])
            loop = batch[0][0].get_loop()
            loop.call_soon_threadsafe(self._settle, batch, errors)

    def _take(self) -> list[Waiting]:
        taken = [self._queue.get()]
        try:
            while len(taken) < self.batch:
                taken.append(self._queue.get_nowait())
        except Empty:
            pass
        return taken

    def _settle(self, batch: list[Waiting], errors: list[Exception | None]) -> None:
        self.waiting -= len(batch)
        for (written, _), error in zip(batch, errors, strict=True):
            if written.done():  # whoever waited gave up
                continue
            if error:
                written.set_exception(error)
            else:
                written.set_result(None)


def _write_together(arrivals: list[Arrival]) -> list[Exception | None]:
    """Write all in one transaction. If one of them cannot be written, the others are all the same."""
    error = _try(arrivals)
    if isinstance(error, (DataError, IntegrityError)) and len(arrivals) > 1:
        return [_try([arrival]) for arrival in arrivals]
    return [error] * len(arrivals)


def _try(arrivals: list[Arrival]) -> Exception | None:
    try:
        write(arrivals)
    except Exception as error:
        log.exception("Deliveries were not stored")
        connection.close()
        return error
    return None
