"""What travels: something newer than event `id` happened to a topic."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .topics import Scopes, wiring


@dataclass(frozen=True, slots=True)
class Signal:
    """One event, as far as a page needs to know. `id` 0: it passes and is kept nowhere (somebody is typing).

    `audiences`: for each feed that changes with it, who sees the change.
    """

    id: int
    name: str
    topic: str
    data: Mapping[str, Any] = field(default_factory=dict)
    audiences: Mapping[str, Scopes] = field(default_factory=dict)


def signals_of(rows: Iterable[tuple[int, str, str, Mapping[str, Any]]]) -> list[Signal]:
    """Make signals of events (id, name, topic, data): of the data only numbers, the ids of things."""
    rows = list(rows)
    heard = _audiences({(name, topic) for _, name, topic, _ in rows})
    return [
        Signal(
            id,
            name,
            topic,
            {key: value for key, value in data.items() if isinstance(value, int)},
            {feed: by_event[name, topic] for feed, by_event in heard.items() if (name, topic) in by_event},
        )
        for id, name, topic, data in rows
    ]


def _audiences(events: set[tuple[str, str]]) -> dict[str, Mapping[tuple[str, str], Scopes]]:
    heard = {}
    for name, feed in wiring().feeds.items():
        of_feed = {event for event in events if event[1].partition(":")[0] == feed.of}
        if of_feed:
            heard[name] = feed.audiences(of_feed)
    return heard


def as_text(event: str, data: Mapping[str, Any], *, id: int = 0) -> bytes:
    """Return one server-sent event. Without `id`, the place where a page continues stays what it was."""
    number = f"id: {id}\n" if id else ""
    return f"{number}event: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
