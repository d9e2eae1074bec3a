"""The inbox page a second, of a server on one core: fifty rows of a season's conversations, signed in.

The limit is the same server giving the same page each time. The promise: 150 pages a second.
"""

import os
from collections.abc import Iterator

from django.conf import settings
from django.test import Client
from django.utils import timezone

from sportello.agents.models import Agent
from sportello.demo.prepare.all import prepare

from .accept import cores, serving
from .load import load
from .rows import Row, spread

CONNECTIONS = 4
PAGE = "GET /conversations/ HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nAccept-Encoding: identity\r\n\r\n"


def bench(quick: bool) -> Iterator[Row]:
    seconds = 2 if quick else 6
    prepare(now=timezone.now(), conversations=600 if quick else 3000, outgoing={}, say=lambda *_: None)
    mine, other = cores()
    os.sched_setaffinity(0, {mine})
    page = PAGE.format(cookie()).encode()
    limits, pages = [], []
    for _ in range(1 if quick else 3):  # in turns: other work on this machine disturbs both alike
        with serving("bench.constant:application", other) as server:
            limits.append(load(server.port, lambda _: page, connections=CONNECTIONS, seconds=seconds))
        with serving("sportello.asgi:application", other) as server:
            load(server.port, lambda _: page, connections=CONNECTIONS, seconds=1)  # templates are compiled once
            pages.append(load(server.port, lambda _: page, connections=CONNECTIONS, seconds=seconds))
    best = max(pages, key=lambda one: one.rate)
    assert best.count(200) == len(best.took), f"not all were pages: {best.statuses}"
    yield Row("inbox pages", best.rate, limit=max(one.rate for one in limits), promise=150, **spread(best.took))


def cookie() -> str:
    """The session of the demo's supervisor, who sees every conversation."""
    client = Client()
    client.force_login(Agent.objects.get(email__startswith="carla"))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
