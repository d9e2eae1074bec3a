"""Two doors in one process: the live door (native ASGI) and, for all else, Django through WSGI in threads.

Measured: docs/decisions/0002-two-doors.md. `application` is what uvicorn serves.
"""

import gc
import itertools
import os
import re
import secrets
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sportello.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

pages = get_wsgi_application()

# Apps are ready only now.
from sportello.channels.accept import accept  # noqa: E402
from sportello.lib.bodies import Message, Receive, Send  # noqa: E402
from sportello.lib.wsgi import Bridge  # noqa: E402
from sportello.realtime.live import hub  # noqa: E402
from sportello.realtime.stream import live  # noqa: E402

# What is loaded now stays: the collector need not look at it again and again, nor after every few hundred new objects.
gc.freeze()
gc.set_threshold(10_000, 20, 20)

desk = Bridge(pages, threads=settings.WEB_THREADS, limit=settings.LARGEST_UPLOAD)

THIS_PROCESS = secrets.token_hex(6).encode()
_numbers = itertools.count(1)
A_GIVEN_ID = re.compile(rb"[\w.:@/+=-]{1,100}")


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Send a request through its door. It has an id, given by a proxy or made here, and so has its answer."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
    else:
        await _door(scope["path"])(scope, receive, _with_id(scope, send))


def close() -> None:
    """End what would go on for ever; called in the event loop when it stops serving."""
    hub.close()


def _door(path: str) -> Callable:
    if path == "/live":
        return live
    return accept if path.startswith("/hooks/") else desk


def _with_id(scope: dict[str, Any], send: Send) -> Send:
    headers = scope["headers"]
    given = [value for name, value in headers if name == b"x-request-id"]
    if given:
        headers = [pair for pair in headers if pair[0] != b"x-request-id"]
    # Of what differs for each process, and a number: random bytes for each would cost as much as all the rest of this.
    made = given[0] if given and A_GIVEN_ID.fullmatch(given[0]) else b"%s-%x" % (THIS_PROCESS, next(_numbers))
    header = (b"x-request-id", made)
    scope["headers"] = [*headers, header]

    async def send_with_id(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], header]}
        await send(message)

    return send_with_id


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
