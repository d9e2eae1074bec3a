"""A WSGI application behind an ASGI server, in a pool of threads. Why not a2wsgi: docs/decisions/0002-two-doors.md.

A thread is held only while the application works: bodies are read to their end first (so a slow or broken upload
costs no thread, and half a form is never taken for a whole one), and files are sent after the thread was given back.
"""

import asyncio
import contextvars
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, BinaryIO

from .bodies import BodyError, Interrupted, Receive, Send, TooLarge, answer, content_length, read_file

Scope = Mapping[str, Any]
Environ = dict[str, Any]
WSGIApp = Callable[[Environ, Callable], Iterable[bytes]]

AT_ONCE = 256 * 1024
STALLED_AFTER = 60.0


class FileToSend:
    """What a `wsgi.file_wrapper` returns: the file is sent when the thread is free again."""

    def __init__(self, file: BinaryIO, block_size: int = AT_ONCE):
        self.file = file

    def close(self) -> None:
        self.file.close()


@dataclass
class Answer:
    """Status line and headers, with a body that is small (`body`) or still to be read (`file`)."""

    status: int = 500
    headers: tuple = ()
    body: bytes = b""
    file: FileToSend | None = None

    @property
    def start(self) -> dict[str, Any]:
        return {"type": "http.response.start", "status": self.status, "headers": self.headers}


class Bridge:
    """An ASGI application made of a WSGI one. `limit`: the largest body in bytes."""

    def __init__(self, app: WSGIApp, *, threads: int, limit: int):
        self.app = app
        self.limit = limit
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if content_length(scope["headers"]) > self.limit:
                raise TooLarge
            body, size = await read_file(receive, limit=self.limit)
        except Interrupted:
            return
        except BodyError as refused:
            await answer(send, refused.status, connection="close")
            return
        with body:
            environ = environ_of(scope, body, size)
            await self._respond(environ, _Stream(asyncio.get_running_loop(), receive, send), send)

    async def _respond(self, environ: Environ, stream: "_Stream", send: Send) -> None:
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        try:
            given = await loop.run_in_executor(self.pool, context.run, _call, self.app, environ, stream)
        except BrokenPipeError:
            return
        finally:
            stream.close()
        if given is None:
            await send({"type": "http.response.body", "body": b""})
            return
        await send(given.start)
        if given.file:
            await _send_file(given.file, given.body, send)
        else:
            await send({"type": "http.response.body", "body": given.body})


def environ_of(scope: Scope, body: BinaryIO, size: int) -> Environ:
    """Return the WSGI environment of an ASGI request whose body was read."""
    host, port = scope.get("server") or ("localhost", 80)
    address, its_port = scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin1"),
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": address,
        "REMOTE_PORT": str(its_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileToSend,
    }
    _add_headers(environ, scope["headers"])
    environ["CONTENT_LENGTH"] = str(size) if size else environ.get("CONTENT_LENGTH", "")
    return environ


def _add_headers(environ: Environ, headers: Iterable[tuple[bytes, bytes]]) -> None:
    for name, value in headers:
        # X_Forwarded_Proto would pass for X-Forwarded-Proto: nobody honest sends an underscore.
        if b"_" in name:
            continue
        key = name.decode("latin1").upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        text, separator = value.decode("latin1"), "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{text}" if key in environ else text


def _call(app: WSGIApp, environ: Environ, stream: "_Stream") -> Answer | None:
    """In a thread: run the application. Return its answer, or None when it was long and streamed away."""
    given = Answer()

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        given.status = int(status[:3])
        given.headers = tuple((name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers)

    result = app(environ, start_response)
    if isinstance(result, FileToSend):
        return _begin_file(given, result)
    try:
        return _collect(given, result, stream)
    finally:
        getattr(result, "close", lambda: None)()


def _begin_file(given: Answer, result: FileToSend) -> Answer:
    """Read the beginning here: most files are small, and are then sent like any page."""
    given.body = result.file.read(AT_ONCE)
    if len(given.body) < AT_ONCE:
        result.close()
    else:
        given.file = result
    return given


def _collect(given: Answer, result: Iterable[bytes], stream: "_Stream") -> Answer | None:
    parts: list[bytes] = []
    size = 0
    for part in result:
        parts.append(part)
        size += len(part)
        if size >= AT_ONCE:
            stream.push(given, b"".join(parts))
            parts, size = [], 0
    if stream.started:
        stream.push(given, b"".join(parts))
        return None
    given.body = b"".join(parts)
    return given


async def _send_file(result: FileToSend, block: bytes, send: Send) -> None:
    loop = asyncio.get_running_loop()
    try:
        while block:
            await send({"type": "http.response.body", "body": block, "more_body": True})
            block = await loop.run_in_executor(None, result.file.read, AT_ONCE)
        await send({"type": "http.response.body", "body": b""})
    finally:
        await loop.run_in_executor(None, result.close)


class _Stream:
    """The way out for an answer too long to collect, used by the thread; it stops when the reader left or stalls."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive, send: Send):
        self.loop = loop
        self.receive = receive
        self.send = send
        self.started = False
        self.gone: asyncio.Task | None = None

    def push(self, given: Answer, part: bytes) -> None:
        """Send one part and wait until it is on its way; raise `BrokenPipeError` or `TimeoutError`."""
        sending = asyncio.run_coroutine_threadsafe(self._send(given, part), self.loop)
        try:
            sending.result(STALLED_AFTER)
        finally:
            sending.cancel()

    def close(self) -> None:
        if self.gone:
            self.gone.cancel()

    async def _send(self, given: Answer, part: bytes) -> None:
        if self.gone is None:
            self.gone = asyncio.ensure_future(self.receive())  # type: ignore[arg-type]
            await self.send(given.start)
            self.started = True
        if self.gone.done():
            raise BrokenPipeError("The reader left.")
        await self.send({"type": "http.response.body", "body": part, "more_body": True})
