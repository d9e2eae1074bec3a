"""Deliveries of 2 KB accepted a second, durably, by a server on one core.

The limit is the same server answering an empty 202 to the same requests. The promise: half of it, or better.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sportello.channels.models import Delivery, Inbox
from sportello.lib.testing import Server

from .load import Load, load
from .rows import Row, spread

SIZE = 2048
CONNECTIONS = 256
HEAD = "POST /hooks/{} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"


def bench(quick: bool) -> Iterator[Row]:
    seconds = 2 if quick else 6
    inbox = Inbox.objects.create(kind="email", name="Bench", address="bench@shop.example")
    mine, other = cores()
    os.sched_setaffinity(0, {mine})
    limits, loads = [], []
    for _ in range(1 if quick else 3):  # in turns: other work on this machine disturbs both alike
        with serving("bench.empty:application", other) as server:
            limits.append(load(server.port, requests(inbox.token), connections=CONNECTIONS, seconds=seconds))
        before = Delivery.objects.count()
        with serving("sportello.asgi:application", other) as server:
            loads.append(load(server.port, requests(inbox.token), connections=CONNECTIONS, seconds=seconds))
        _check(loads[-1], Delivery.objects.count() - before)
        Delivery.objects.all().delete()
    limit, best = max(one.rate for one in limits), max(loads, key=lambda one: one.rate)
    yield Row("deliveries accepted", best.rate, limit=limit, promise=limit / 2, **spread(best.took))
    yield Row("the slowest of a hundred", _p99(best), "ms")


@contextmanager
def serving(application: str, core: int) -> Iterator[Server]:
    """A server on one core, over the database of this bench."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), application, core=core, SPORTELLO_HOOK_RATE="1000000/second").start()
        try:
            yield server
        finally:
            server.stop()


def requests(token: str) -> Callable[[int], bytes]:
    """Make the n-th request: no two bodies are the same."""
    head = HEAD.format(token, SIZE).encode()
    rest = b"x" * (SIZE - 20 - len('{"id": "", "text": ""}'))
    run = os.urandom(4).hex().encode()
    return lambda n: head + b'{"id": "%s%012d", "text": "%s"}' % (run, n, rest)


def _check(result: Load, stored: int) -> None:
    thanked = result.count(202)
    assert thanked == len(result.took), f"not all were accepted: {result.statuses}"
    assert stored >= thanked, f"{thanked} were thanked for, {stored} stored"


def _p99(result: Load) -> float:
    return sorted(result.took)[int(len(result.took) * 0.99)] * 1000


def cores() -> tuple[int, int]:
    """One core for us and another for the server; the same if there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[-1], cores[0]
