"""Read the body of an ASGI request within bounds of size and time, and answer one plainly.

BodyError
├── TooLarge     413: more bytes than allowed
├── TooSlow      408: nothing came for too long
└── Interrupted  the caller hung up half-way: what came is not what was meant, and nobody reads an answer
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

IN_MEMORY = 1024 * 1024
PATIENCE = 30.0


class BodyError(Exception):
    """A body that is not read to its end."""

    status = 400


class TooLarge(BodyError):
    status = 413


class TooSlow(BodyError):
    status = 408


class Interrupted(BodyError):
    pass


async def chunks(receive: Receive, *, limit: int, patience: float = PATIENCE) -> AsyncIterator[bytes]:
    """Yield the body as it comes: at most `limit` bytes, and `patience` seconds for each piece but the first.

    (Who has sent nothing yet holds nothing of ours; and most bodies come in one piece.)
    """
    taken, more = 0, True
    while more:
        message = await (_within(receive, patience) if taken else receive())
        if message["type"] != "http.request":
            raise Interrupted
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge
        more = message.get("more_body", False)
        yield message.get("body", b"")


async def _within(receive: Receive, patience: float) -> Message:
    try:
        async with asyncio.timeout(patience):
            return await receive()
    except TimeoutError as late:
        raise TooSlow from late


async def read_file(receive: Receive, *, limit: int, patience: float = PATIENCE) -> tuple[BinaryIO, int]:
    """Return the body as a file at its start, and its size in bytes. What is large lies on disk, not in memory."""
    file: BinaryIO = BytesIO()
    size = 0
    async for chunk in chunks(receive, limit=limit, patience=patience):
        if size <= IN_MEMORY < size + len(chunk):
            file = _moved_to_disk(cast(BytesIO, file))
        size += file.write(chunk)
    file.seek(0)
    return file, size


def _moved_to_disk(file: BytesIO) -> BinaryIO:
    spool = SpooledTemporaryFile(max_size=1)  # noqa: SIM115
    spool.write(file.getvalue())
    return cast(BinaryIO, spool)


def content_length(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """Return the announced size in bytes, 0 when none is announced."""
    value = next((value for name, value in headers if name == b"content-length"), b"")
    return int(value) if value.isdigit() else 0


async def answer(send: Send, status: int, body: bytes = b"", **headers: str) -> None:
    """Answer with a short text; `retry_after="5"` becomes the header Retry-After."""
    named = [(name.replace("_", "-").encode(), value.encode("latin1")) for name, value in headers.items()]
    length = (b"content-length", str(len(body)).encode())
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [length, kind, *named]})
    await send({"type": "http.response.body", "body": body})
