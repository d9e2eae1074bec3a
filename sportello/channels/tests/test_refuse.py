"""What cannot be stored, or should not be, is not thanked for."""

import asyncio
import time
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.db import DataError, OperationalError

from sportello.channels import writer as writing
from sportello.channels.accept import Accept
from sportello.channels.base import Channel, NotVerified
from sportello.channels.doors import Door
from sportello.channels.storing import New, prepare
from sportello.channels.writer import Full, Writer


class Signed(Channel):
    """Knows its vendor by a header."""

    kept_headers = ("content-type", "x-signature")

    def verify(self, body, headers):
        if headers.get("x-signature") != "good":
            raise NotVerified("Wrong signature.")

    def key(self, body, headers):
        return body.decode()


@pytest.fixture
def written(monkeypatch):
    """What the writer would write, without a database."""
    batches = []
    monkeypatch.setattr(writing, "insert", lambda arrivals: batches.append(list(arrivals)) or New())
    monkeypatch.setattr(writing, "transaction", SimpleNamespace(atomic=nullcontext))
    monkeypatch.setattr(writing, "tell", lambda new: None)
    return batches


@pytest.fixture
def accept():
    accept = Accept()
    accept.doors.table = {"token": Door(7, Signed({}))}
    accept.doors.read_at = time.monotonic()
    return accept


def deliver(accept, *bodies, signature="good", path="/hooks/token"):
    """Post all at once; return the answers' (status, Retry-After)."""

    async def post(body):
        sent = []

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            sent.append(message)

        headers = [(b"x-signature", signature.encode()), (b"cookie", b"secret"), (b"content-type", b"text/plain")]
        await accept({"method": "POST", "path": path, "headers": headers, "client": ("10.0.0.1", 1)}, receive, send)
        return sent[0]["status"], dict(sent[0]["headers"]).get(b"retry-after")

    async def posting():
        return await asyncio.gather(*map(post, bodies))

    return asyncio.run(posting())


def test_who_signed_is_let_in_with_the_headers_worth_keeping(accept, written):
    assert deliver(accept, b"one") == [(202, None)]
    arrival = written[0][0]
    assert (arrival.inbox_id, arrival.key, arrival.body) == (7, "one", b"one")
    assert arrival.headers == '{"content-type": "text/plain", "x-signature": "good"}'


def test_a_stranger_is_refused(accept, written):
    assert deliver(accept, b"one", signature="forged") == [(403, None)]
    assert written == []


def test_a_channel_that_cannot_check_loses_nothing(accept, written, monkeypatch):
    monkeypatch.setattr(Signed, "verify", lambda *_: 1 / 0)
    assert deliver(accept, b"one") == [(503, b"60")]
    assert written == []


def test_what_has_no_readable_id_is_stored_under_its_hash(accept, written):
    assert deliver(accept, b"\xff") == [(202, None)]
    assert len(written[0][0].key) == 32


def test_a_database_that_fails_is_never_thanked_for(accept, written, monkeypatch):
    def locked(arrivals):
        raise OperationalError("database is locked")

    monkeypatch.setattr(writing, "insert", locked)
    assert deliver(accept, b"one", b"two") == [(503, b"10"), (503, b"10")]


def test_one_that_cannot_be_written_does_not_hold_up_the_others(accept, written, monkeypatch):
    def picky(arrivals):
        if any(arrival.key == "bad" for arrival in arrivals):
            raise DataError("no such character")
        written.append([arrival.key for arrival in arrivals])
        return New()

    monkeypatch.setattr(writing, "insert", picky)
    assert deliver(accept, b"one", b"bad", b"two") == [(202, None), (503, b"10"), (202, None)]
    assert sorted(key for batch in written for key in batch) == ["one", "two"]


def test_too_many_for_one_inbox_come_again_later(accept, written, settings):
    settings.HOOK_RATE = "2/minute"
    assert deliver(accept, b"one", b"two", b"three") == [(202, None), (202, None), (429, b"5")]


def test_who_tries_tokens_keeps_nobody_else_out(accept, written, settings, monkeypatch):
    async def nobody(token):
        return None

    settings.STRANGER_RATE = "2/minute"
    monkeypatch.setattr(accept.doors, "look_again", nobody)
    assert [status for status, _ in deliver(accept, b"", b"", b"", path="/hooks/guess")] == [404, 404, 429]
    assert deliver(accept, b"one") == [(202, None)]


def test_more_than_fits_in_memory_waits_outside(accept, written, settings):
    settings.DELIVERIES_IN_MEMORY = 5
    assert deliver(accept, b"three", b"six") == [(202, None), (503, b"5")]
    assert accept.held == 0
    assert deliver(accept, b"six") == [(202, None)]


def test_what_waits_is_written_together(written):
    async def writing_all():
        writer = Writer(batch=50)
        await asyncio.gather(*(writer.write(prepare(7, str(n), b"")) for n in range(120)))
        return writer._waiting

    assert asyncio.run(writing_all()) == []
    assert sum(map(len, written)) == 120 and max(map(len, written)) <= 50
    assert [arrival.key for batch in written for arrival in batch] == [str(n) for n in range(120)]


def test_a_full_writer_says_so(written):
    async def writing_too_much():
        writer = Writer(longest=3)
        tries = [writer.write(prepare(7, str(n), b"")) for n in range(4)]
        return await asyncio.gather(*tries, return_exceptions=True)

    assert [type(outcome) for outcome in asyncio.run(writing_too_much())] == [*[type(None)] * 3, Full]


def test_a_burst_is_told_of_at_once_and_once_more(written, monkeypatch):
    """Readers hear of the first without delay, and of all the others together a moment later."""
    told = []
    monkeypatch.setattr(writing, "insert", lambda arrivals: New({(7, "arrived"): len(arrivals)}))
    monkeypatch.setattr(writing, "tell", told.append)

    async def bursting():
        writer = Writer(batch=2)
        await asyncio.gather(*(writer.write(prepare(7, str(n), b"")) for n in range(9)))
        while len(told) < 2:
            await asyncio.sleep(0.01)

    asyncio.run(bursting())
    assert [list(new.values()) for new in told] == [[2], [7]]
