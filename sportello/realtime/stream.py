"""`GET /live?topics=conversation:12,inbox&since=987`: the stream of signals of one open page, as an ASGI application.

Events of the stream: `signal` (something happened, as JSON), `reset` (read everything again), `beat` (still here),
`bye` (this person may not listen any more). Their ids are ids of events: `Last-Event-ID`, or `since`, is where a page
goes on. 401 for a stranger, 404 if one topic does not exist or is not theirs.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.http import parse_cookie

from sportello.lib.bodies import Receive, Send, answer

from . import live as running
from .hub import Listener
from .reader import missed
from .signals import as_text
from .topics import Forbidden, Subscription, subscribe, wiring

log = logging.getLogger(__name__)

Scope = Mapping[str, Any]

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]
# A page is written to at most this often, in seconds: what happens in between goes together.
PAUSE = 0.25

_threads = ThreadPoolExecutor(4, thread_name_prefix="live")


class SignedOut(Exception):
    """Nobody is signed in with this cookie, or not any more."""


async def live(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with a stream, or with why there is none."""
    if scope["method"] not in ("GET", "HEAD"):
        await answer(send, 405)
        return
    try:
        subscription = await _in_thread(_subscribe, scope)
    except SignedOut:
        await answer(send, 401)
    except Forbidden:
        await answer(send, 404)
    except DatabaseError:
        log.exception("A stream could not be opened")
        await answer(send, 503, retry_after="5")
    else:
        # An event stream does not tell a page why it was refused: it asks with HEAD.
        serve = _serve(scope, subscription, receive, send) if scope["method"] == "GET" else answer(send, 200)
        await serve


async def _serve(scope: Scope, subscription: Subscription, receive: Receive, send: Send) -> None:
    listener = running.hub.join(subscription)
    gone = asyncio.create_task(_close_when_gone(listener, receive))
    try:
        await _in_thread(running.start, asyncio.get_running_loop())
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _catch_up(listener, _since(scope))
        position = running.hub.position
        await _send(send, b"retry: 1000\n\n" + listener.take(position) + listener.beat(position))
        await _tell(listener, scope, send)
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        running.hub.leave(listener)


async def _close_when_gone(listener: Listener, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.close()


async def _catch_up(listener: Listener, since: int | None) -> None:
    """Offer what the page missed. What commits meanwhile is offered by the reader; the listener keeps it once."""
    if since is None:
        return
    listener.sent = since
    late = running.reader.position.late(time.monotonic())
    signals = await _in_thread(missed, listener.subscription, since, late)
    if signals is None:
        listener.sent = 0
        listener.reset()
    else:
        listener.offer_missed(signals)


async def _tell(listener: Listener, scope: Scope, send: Send) -> None:
    """Write what happens until one of us goes, or this person may not listen any more."""
    checked = time.monotonic()
    while not listener.closing:
        if listener.recheck or time.monotonic() - checked > settings.LIVE_RECHECK_SECONDS:
            listener.recheck, checked = False, time.monotonic()
            try:
                listener.subscription = await _in_thread(_subscribe, scope)
            except (SignedOut, Forbidden):
                await _send(send, as_text("bye", {}))
                return
        await _send(send, listener.take(running.hub.position) or listener.beat(running.hub.position))
        await asyncio.sleep(PAUSE)
        with suppress(TimeoutError):
            async with asyncio.timeout(settings.LIVE_BEAT_SECONDS):
                await listener.wake.wait()


def _subscribe(scope: Scope) -> Subscription:
    """Who asks, and may they hear all of this? Raise `SignedOut` or `Forbidden`."""
    cookies = parse_cookie("; ".join(value.decode("latin1") for name, value in scope["headers"] if name == b"cookie"))
    agent = wiring().agent_of(cookies.get(settings.SESSION_COOKIE_NAME))
    if agent is None:
        raise SignedOut
    names = parse_qs(scope["query_string"].decode("latin1")).get("topics", [""])[0]
    return subscribe(agent, filter(None, names.split(",")))


def _since(scope: Scope) -> int | None:
    """Where this page goes on: after what it was last sent, or else from when it was made; None is from now on."""
    asked = parse_qs(scope["query_string"].decode("latin1")).get("since", [""])[0]
    last = next((value.decode("latin1") for name, value in scope["headers"] if name == b"last-event-id"), "")
    numbers = [int(text) for text in (asked, last) if text.isascii() and text.isdigit() and len(text) < 19]
    return max(numbers, default=None)


async def _send(send: Send, events: bytes) -> None:
    await send({"type": "http.response.body", "body": events, "more_body": True})


async def _in_thread(function: Callable[..., Any], *args: Any) -> Any:
    """Call what asks the database, on a connection that is checked before and let go after."""

    def call() -> Any:
        close_old_connections()
        try:
            return function(*args)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, call)
