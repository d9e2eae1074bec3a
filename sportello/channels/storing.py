"""Store first, understand later: what arrived is a durable row before anybody reads it.

Small bodies lie in the row, large ones in a file under the hash of their content, synced to disk before the row
that names it is written. The row itself is the record of one arrival; the stream of events gets one
`delivery.arrived` per inbox and transaction (docs/decisions/0003-one-event-per-batch-of-arrivals.md).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from sportello.events.models import Event
from sportello.events.record import record_many
from sportello.lib import storage

from .models import Cursor, Delivery

LARGEST_IN_ROW = 64 * 1024
LONGEST_KEY = 200
LENGTH_OF_HASH = 32
BITE = 2047

# Plain SQL that both databases understand. One statement for all is several times as fast as bulk_create, it counts
# what is new, and in a busy process the writer waits for the interpreter once, not once for each row.
INSERT = """
    INSERT INTO channels_delivery
        (inbox_id, key, headers, body, path, size, state, reason, attempts, arrived_at)
    VALUES {}
    ON CONFLICT (inbox_id, key) DO NOTHING
"""
ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, 0, %s)"
ROWS_AT_ONCE = 500
ARRIVED, QUARANTINED = str(Delivery.State.ARRIVED), str(Delivery.State.QUARANTINED)


# How many are new, by inbox and state.
New = Counter[tuple[int, str]]


class Arrival(NamedTuple):
    """One delivery ready to be written: what is large already lies in its file. Made by `prepare`."""

    inbox_id: int
    key: str
    headers: str
    body: bytes
    path: str
    size: int
    state: str
    reason: str


def store(
    inbox_id: int,
    bodies: Iterable[tuple[str, bytes] | tuple[str, bytes, str]],
    *,
    cursor: Mapping[str, Any] | None = None,
) -> int:
    """Store what was fetched for one inbox and, in the same transaction, how far it was read.

    `bodies`: (key, body), and why this is not all of it, if it is not. Return how many were new; what was stored
    before under the same key is left as it is.
    """
    arrivals = [prepare(inbox_id, key, body, None, *reason) for key, body, *reason in bodies]
    with transaction.atomic():
        if cursor is not None:
            Cursor.objects.update_or_create(inbox_id=inbox_id, defaults={"value": cursor})
        return write(arrivals)


def prepare(
    inbox_id: int, key: str, body: bytes, headers: Mapping[str, str] | None = None, reason: str = ""
) -> Arrival:
    """Make a delivery ready to be written, in any thread: a large body is on disk when this returns.

    `key` is the provider's id of it, unique in the inbox; "" stands for the hash of the body.
    `reason`: why it is not all that it should be: it goes to quarantine at once.
    """
    small = len(body) <= LARGEST_IN_ROW
    return Arrival(
        inbox_id=inbox_id,
        key=key_of(key, body),
        headers=_as_json(tuple(headers.items())) if headers else "{}",
        body=body if small else b"",
        path="" if small else _keep_file(body),
        size=len(body),
        state=QUARANTINED if reason else ARRIVED,
        reason=reason[:500],
    )


def write(arrivals: Sequence[Arrival]) -> int:
    """Write arrivals and tell of them in one transaction; durable when the outermost ends. Return how many were new."""
    with transaction.atomic():
        new = insert(arrivals)
        tell(new)
    return new.total()


def insert(arrivals: Sequence[Arrival]) -> New:
    """Write arrivals of any inboxes, in the caller's transaction. Whoever calls this calls `tell`, then or soon."""
    new = New()
    for group in {(arrival.inbox_id, arrival.state): None for arrival in arrivals}:
        same = [arrival for arrival in arrivals if (arrival.inbox_id, arrival.state) == group]
        for start in range(0, len(same), ROWS_AT_ONCE):
            new[group] += _insert(same[start : start + ROWS_AT_ONCE])
    return new


def tell(new: New) -> None:
    """Record one event for each inbox where something is new: who reads deliveries reacts to it."""
    record_many(
        Event(name=f"delivery.{state}", topic=f"inbox:{inbox_id}", data={"count": count})
        for (inbox_id, state), count in new.items()
        if count
    )


def _insert(arrivals: Sequence[Arrival]) -> int:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    values = [value for arrival in arrivals for value in (*arrival, now)]
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(", ".join([ROW] * len(arrivals))), values)
        return cursor.rowcount


def delivery_body(delivery: Delivery) -> bytes:
    """Return the bytes as they came; raise `FileNotFoundError` when their file is gone."""
    if not delivery.path:
        return bytes(delivery.body)
    return storage.read(delivery.path)


def delivery_beginning(delivery: Delivery, most: int) -> bytes:
    """Return the first `most` bytes as they came; raise `FileNotFoundError` when their file is gone."""
    if not delivery.path:
        return bytes(delivery.body[:most])
    return storage.read(delivery.path, most)


def key_of(key: str, body: bytes) -> str:
    """Return a key that fits its column: the provider's own, or the hash of what would not fit, or of the body."""
    if key and len(key) <= LONGEST_KEY and key.isprintable():
        return key
    digest, content = hashlib.sha256(), key.encode(errors="surrogatepass") or body
    # In bites for which hashlib keeps the interpreter: to let go of it and wait for it again takes ten times as long.
    for start in range(0, len(content), BITE):
        digest.update(content[start : start + BITE])
    return digest.hexdigest()[:LENGTH_OF_HASH]


@lru_cache(1000)
def _as_json(headers: tuple[tuple[str, str], ...]) -> str:
    """The few headers worth keeping are mostly the same ones."""
    return json.dumps(dict(headers))


def _keep_file(body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    name = f"deliveries/{digest[:2]}/{digest}"
    storage.keep(name, body)
    return name
