"""A body is read within its bounds or not at all."""

import asyncio

import pytest

from sportello.lib.bodies import IN_MEMORY, Interrupted, TooLarge, TooSlow, content_length, read_file


def pieces(*bodies, end="http.request"):
    messages = [{"type": "http.request", "body": body, "more_body": True} for body in bodies]
    waiting = iter([*messages, {"type": end}])

    async def receive():
        return next(waiting)

    return receive


def read(receive, **bounds):
    async def reading():
        file, size = await read_file(receive, **bounds)
        with file:
            return file.read(), size

    return asyncio.run(reading())


def test_pieces_become_one():
    assert read(pieces(b"Un piatto ", b"scheggiato"), limit=20) == (b"Un piatto scheggiato", 20)


def test_nothing_is_nothing():
    assert read(pieces(), limit=0) == (b"", 0)


@pytest.mark.parametrize("size", [IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY])
def test_what_goes_to_disk_comes_back_whole(size):
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert read(pieces(body[:1000], body[1000:-7], body[-7:]), limit=size) == (body, size)


def test_one_byte_too_many_is_refused():
    with pytest.raises(TooLarge):
        read(pieces(b"Un piatto ", b"scheggiato"), limit=19)


def test_half_a_body_is_none():
    with pytest.raises(Interrupted):
        read(pieces(b"Vi rendo i soldi, ma non", end="http.disconnect"), limit=100)


def test_who_stops_in_the_middle_is_not_waited_for():
    first = iter([{"type": "http.request", "body": b"Un piatto ", "more_body": True}])

    async def silence():
        return next(first, None) or await asyncio.sleep(60)

    with pytest.raises(TooSlow):
        read(silence, limit=100, patience=0.01)


@pytest.mark.parametrize(
    ("value", "size"), [(b"52", 52), (b"", 0), (b"-1", 0), (b"5,5", 0), (b"\xc2\xb2", 0), (b"\xb2", 0)]
)
def test_the_announced_size(value, size):
    assert content_length([(b"host", b"shop.example"), (b"content-length", value)]) == size
