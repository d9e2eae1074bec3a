"""A load of HTTP requests over kept-alive connections, cheap enough to find the limit of a server on another core."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import uvloop


@dataclass
class Load:
    """What came of it: seconds each answer took, answers by status, and over how many seconds."""

    took: list[float] = field(default_factory=list)
    statuses: dict[bytes, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds

    def count(self, status: int) -> int:
        return self.statuses.get(str(status).encode(), 0)


class Connection(asyncio.Protocol):
    """Asks again as soon as it is answered. Understands answers with a Content-Length."""

    def __init__(self, load: Load, request: Callable[[int], bytes], numbers: itertools.count, until: float):
        self.load = load
        self.request = request
        self.numbers = numbers
        self.until = until
        self.done = asyncio.get_running_loop().create_future()
        self._rest = b""

    def connection_made(self, transport):
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        self.asked = perf_counter()
        self.transport.write(self.request(next(self.numbers)))

    def data_received(self, data: bytes) -> None:
        self._rest += data
        head, found, body = self._rest.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        now = perf_counter()
        self._rest = b""
        self.load.took.append(now - self.asked)
        status = head[9:12]
        self.load.statuses[status] = self.load.statuses.get(status, 0) + 1
        if now < self.until:
            self._ask()
        else:
            self.transport.close()

    def connection_lost(self, error) -> None:
        if not self.done.done():
            self.done.set_result(None)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def load(port: int, request: Callable[[int], bytes], *, connections: int, seconds: float) -> Load:
    """Ask `request(0)`, `request(1)`, … over so many connections for so many seconds."""
    return uvloop.run(_load(port, request, connections, seconds))


async def _load(port: int, request: Callable[[int], bytes], connections: int, seconds: float) -> Load:
    result, numbers, began = Load(), itertools.count(), perf_counter()
    loop = asyncio.get_running_loop()
    made = [
        (
            await loop.create_connection(
                lambda: Connection(result, request, numbers, began + seconds), "127.0.0.1", port
            )
        )[1]
        for _ in range(connections)
    ]
    await asyncio.wait_for(asyncio.gather(*(one.done for one in made)), seconds + 60)
    result.seconds = perf_counter() - began
    return result
