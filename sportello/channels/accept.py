"""`POST /hooks/<token>`: thank the caller as soon as the delivery is durable, and read it later.

202 means stored, also when it was stored before. 403: not signed by whom it claims; 404: no such inbox; 408, 413: too
slow, too large; 429: too often; 503: we could not store it now. What is not answered with 202, the caller sends again.
"""

import asyncio
import logging
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from sportello.lib.bodies import BodyError, Interrupted, Receive, Send, TooLarge, answer, chunks, content_length

from .base import NotVerified
from .doors import Door, Doors
from .storing import LARGEST_IN_ROW, Arrival, prepare
from .writer import Full, Writer

log = logging.getLogger(__name__)

ACCEPTED = {"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"0")]}
SOME = 50
HERE = {**ACCEPTED, "status": 200}
NOTHING_MORE = {"type": "http.response.body", "body": b""}


class Refused(Exception):
    """Not accepted. `again_after`: in how many seconds the caller may try again."""

    def __init__(self, status: int, words: str, *, again_after: int = 0):
        super().__init__(words)
        self.status = status
        self.headers = {"retry_after": str(again_after)} if again_after else {}


class Accept:
    """The door for deliveries, as an ASGI application."""

    def __init__(self) -> None:
        self.limiter = FixedWindowRateLimiter(MemoryStorage())
        self.held = 0
        self.allowance: dict[int, int] = {}

    @cached_property
    def doors(self) -> Doors:
        return Doors()

    @cached_property
    def writer(self) -> Writer:
        return Writer()

    @cached_property
    def per_inbox(self) -> RateLimitItem:
        return parse(settings.HOOK_RATE)

    @cached_property
    def per_stranger(self) -> RateLimitItem:
        return parse(settings.STRANGER_RATE)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        try:
            door = await self._door(scope)
            if scope["method"] == "POST":
                await self._take(door, scope, receive)
        except Interrupted:
            return
        except Refused as refused:
            await answer(send, refused.status, f"{refused}\n".encode(), **refused.headers)
        except BodyError as refused:
            await answer(send, refused.status, connection="close")
        else:
            await send(ACCEPTED if scope["method"] == "POST" else HERE)
            await send(NOTHING_MORE)

    async def _door(self, scope: Mapping[str, Any]) -> Door:
        if scope["method"] not in ("POST", "HEAD"):
            raise Refused(405, "Deliver with POST.")
        try:
            door = await self._find(scope["path"].removeprefix("/hooks/"), scope)
        except DatabaseError as error:
            log.exception("The inboxes could not be read")
            raise Refused(503, "Not now.", again_after=10) from error
        if door is None:
            raise Refused(404, "No such inbox.")
        if not self._allowed(door.inbox_id):
            raise Refused(429, "Too many deliveries.", again_after=5)
        return door

    def _allowed(self, inbox_id: int) -> bool:
        """Whether one more is within what this inbox may have; asked of the limiter for some at once."""
        if not self.allowance.get(inbox_id):
            some = min(SOME, self.per_inbox.amount)
            if not self.limiter.hit(self.per_inbox, str(inbox_id), cost=some):
                return False
            self.allowance[inbox_id] = some
        self.allowance[inbox_id] -= 1
        return True

    async def _find(self, token: str, scope: Mapping[str, Any]) -> Door | None:
        """Callers behind one proxy share an address: who tries tokens keeps nobody out whose token is known."""
        if door := await self.doors.find(token):
            return door
        address = (scope.get("client") or ("",))[0]
        if not self.limiter.hit(self.per_stranger, address):
            raise Refused(429, "Too many refused attempts.", again_after=60)
        return await self.doors.look_again(token)

    async def _take(self, door: Door, scope: Mapping[str, Any], receive: Receive) -> None:
        if content_length(scope["headers"]) > settings.LARGEST_DELIVERY:
            raise TooLarge
        parts: list[bytes] = []
        try:
            async for chunk in chunks(receive, limit=settings.LARGEST_DELIVERY):
                self._hold(len(chunk))
                parts.append(chunk)
            headers = {name.decode("latin1"): value.decode("latin1") for name, value in scope["headers"]}
            await self._store(await _ready(door, b"".join(parts), headers))
        finally:
            self.held -= sum(map(len, parts))

    def _hold(self, size: int) -> None:
        """Count what is in memory over all requests; refuse what would be too much."""
        if self.held + size > settings.DELIVERIES_IN_MEMORY:
            raise Refused(503, "Too much at once.", again_after=5)
        self.held += size

    async def _store(self, arrival: Arrival) -> None:
        try:
            await self.writer.write(arrival)
        except Full as error:
            raise Refused(503, "Too many deliveries are waiting.", again_after=5) from error
        except Exception as error:
            raise Refused(503, "It could not be stored now.", again_after=10) from error


async def _ready(door: Door, body: bytes, headers: Mapping[str, str]) -> Arrival:
    """Check and prepare one delivery; a large one in a thread, where hashing and writing it delays nobody."""
    if len(body) > LARGEST_IN_ROW:
        return await asyncio.to_thread(_check_and_prepare, door, body, headers)
    return _check_and_prepare(door, body, headers)


def _check_and_prepare(door: Door, body: bytes, headers: Mapping[str, str]) -> Arrival:
    try:
        door.channel.verify(body, headers)
    except NotVerified as error:
        raise Refused(403, "Not signed by whom it claims.") from error
    except Exception as error:
        log.exception("Inbox %s could not check a delivery", door.inbox_id)
        raise Refused(503, "It could not be checked now.", again_after=60) from error
    kept = {name: headers[name] for name in door.channel.kept_headers if name in headers}
    try:
        return prepare(door.inbox_id, _key(door, body, headers), body, kept)
    except OSError as error:
        log.exception("Inbox %s: a large delivery could not be written", door.inbox_id)
        raise Refused(503, "It could not be stored now.", again_after=60) from error


def _key(door: Door, body: bytes, headers: Mapping[str, str]) -> str:
    """The provider's id. What is too odd to have one is stored all the same, and read in quarantine."""
    try:
        return door.channel.key(body, headers)
    except Exception:
        log.warning("Inbox %s: a delivery without a readable id", door.inbox_id, exc_info=True)
        return ""


accept = Accept()
