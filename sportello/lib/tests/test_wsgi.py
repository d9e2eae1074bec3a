"""Django behind an event loop: a thread works while Django works, and no longer."""

import asyncio
import io
import threading

import pytest

from sportello.lib import wsgi
from sportello.lib.wsgi import AT_ONCE, Bridge


class Exchange:
    """One request and what was sent back, as a server would have it."""

    def __init__(self, method="GET", path="/", headers=(), body=(b"",), hangs_up=False):
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"q=1",
            "http_version": "1.1",
            "headers": list(headers),
            "client": ("10.0.0.1", 4000),
            "server": ("desk.example", 80),
        }
        self.pieces = [{"type": "http.request", "body": piece, "more_body": True} for piece in body]
        self.pieces[-1]["more_body"] = hangs_up
        self.hangs_up = hangs_up
        self.left = asyncio.Event()
        self.sent = []

    async def receive(self):
        if self.pieces:
            return self.pieces.pop(0)
        if not self.hangs_up:
            await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def body(self):
        return b"".join(message["body"] for message in self.sent[1:])


def ask(app, limit=100, **request):
    async def asking():
        exchange = Exchange(**request)
        await Bridge(app, threads=1, limit=limit)(exchange.scope, exchange.receive, exchange.send)
        return exchange

    return asyncio.run(asking())


def echo(environ, start_response):
    """Answer with what was asked."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
    start_response("201 Created", [("X-Path", environ["PATH_INFO"])])
    return [environ["REQUEST_METHOD"].encode(), b" ", body]


def test_a_form_goes_in_and_a_page_comes_out():
    exchange = ask(echo, method="POST", path="/resi/12", body=[b"motivo=", b"rotto"])
    assert (exchange.status, exchange.body) == (201, b"POST motivo=rotto")
    assert exchange.sent[0]["headers"] == ((b"x-path", b"/resi/12"),)
    assert len(exchange.sent) == 2


def test_half_a_form_never_arrives():
    called = []
    exchange = ask(lambda *args: called.append(args), method="POST", body=[b"testo=Vi rendo"], hangs_up=True)
    assert called == [] and exchange.sent == []


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"101")]])
def test_what_is_too_large_is_refused(headers):
    assert ask(echo, method="POST", body=[b"x" * 101], headers=headers).status == 413


def test_headers_as_wsgi_wants_them():
    def show(environ, start_response):
        start_response("200 OK", [])
        return [repr([environ.get(f"HTTP_{name}") for name in ("COOKIE", "ACCEPT", "X_FORWARDED_PROTO")]).encode()]

    headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"x"), (b"accept", b"y")]
    exchange = ask(show, headers=[*headers, (b"x_forwarded_proto", b"https")])
    assert exchange.body == b"['a=1; b=2', 'x,y', None]"


def test_an_address_in_italian():
    exchange = ask(lambda environ, start: [environ["PATH_INFO"].encode("latin1")], path="/città")
    assert exchange.body.decode() == "/città"


def test_a_small_file_is_a_page_like_any_other():
    file = io.BytesIO(b"fattura")
    exchange = ask(lambda environ, start: start("200 OK", []) or environ["wsgi.file_wrapper"](file))
    assert exchange.body == b"fattura" and file.closed
    assert len(exchange.sent) == 2


def test_a_large_file_does_not_hold_a_thread():
    """The only thread answers somebody else while the file is still on its way to a slow reader."""
    file = io.BytesIO(b"x" * (3 * AT_ONCE + 1))

    def app(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](file) if environ["PATH_INFO"] == "/file" else [b"page"]

    async def asking():
        bridge = Bridge(app, threads=1, limit=0)
        slow, quick, may_go_on = Exchange(path="/file"), Exchange(), asyncio.Event()

        async def send(message):
            slow.sent.append(message)
            await may_go_on.wait()

        download = asyncio.create_task(bridge(slow.scope, slow.receive, send))
        await bridge(quick.scope, quick.receive, quick.send)
        assert quick.body == b"page" and not download.done()
        may_go_on.set()
        await download
        return slow

    assert len(asyncio.run(asking()).body) == 3 * AT_ONCE + 1
    assert file.closed


def test_a_long_answer_is_sent_as_it_is_made():
    def rows(environ, start_response):
        start_response("200 OK", [])
        return (b"x" * 1000 for _ in range(1000))

    exchange = ask(rows)
    assert len(exchange.body) == 1_000_000
    assert max(len(message["body"]) for message in exchange.sent[1:]) < AT_ONCE + 1000


def test_nobody_writes_for_a_reader_who_left():
    made = []

    async def asking():
        exchange = Exchange()

        def rows(environ, start_response):
            start_response("200 OK", [])
            for n in range(100):
                if n == 3:
                    asyncio.run_coroutine_threadsafe(leave(), loop).result()
                made.append(n)
                yield b"x" * AT_ONCE

        async def leave():
            exchange.left.set()
            await asyncio.sleep(0)

        loop = asyncio.get_running_loop()
        await Bridge(rows, threads=1, limit=0)(exchange.scope, exchange.receive, exchange.send)

    asyncio.run(asking())
    assert len(made) < 6


def test_a_reader_who_stalls_gives_the_thread_back(monkeypatch):
    monkeypatch.setattr(wsgi, "STALLED_AFTER", 0.01)
    closed = threading.Event()

    class Rows:
        def __iter__(self):
            return iter([b"x" * AT_ONCE] * 3)

        def close(self):
            closed.set()

    async def asking():
        exchange = Exchange()

        async def send(message):
            await asyncio.Event().wait()

        with pytest.raises(TimeoutError):
            app = lambda environ, start: start("200 OK", []) or Rows()  # noqa: E731
            await Bridge(app, threads=1, limit=0)(exchange.scope, exchange.receive, send)

    asyncio.run(asking())
    assert closed.is_set()


def test_what_the_application_raises_is_for_the_server_to_tell():
    with pytest.raises(ZeroDivisionError):
        ask(lambda environ, start: 1 / 0)
