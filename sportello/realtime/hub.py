"""Who listens in this process. Everything here happens in the event loop."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator

from .signals import Signal, as_text
from .topics import Scopes, Subscription

MOST_PENDING = 200


class Listener:
    """One open page. What it was not sent yet is bounded: who is too slow is told to read everything again."""

    def __init__(self, subscription: Subscription):
        self.subscription = subscription
        self.wake = asyncio.Event()
        self.recheck = False
        self.closing = False
        self.sent = 0
        self._pending: dict[int, Signal] = {}
        self._passing: list[Signal] = []
        self._changed: dict[str, int] = {}
        self._reset = False
        self._told: set[int] = set()

    def offer(self, signal: Signal) -> None:
        """Keep a signal for this page if it concerns it; the same event twice is kept once."""
        if signal.id in self._told:
            return
        if signal.topic in self.subscription.topics:
            if signal.id:
                self._pending[signal.id] = signal
            else:
                self._passing.append(signal)
            self.wake.set()
        for feed, audience in signal.audiences.items():
            if feed in self.subscription.feeds and _overlap(self.subscription.feeds[feed], audience):
                self._changed[feed] = max(signal.id, self._changed.get(feed, 0))
                self.wake.set()
        if len(self._pending) + len(self._passing) > MOST_PENDING:
            self.reset()

    def offer_missed(self, signals: Iterable[Signal]) -> None:
        """Keep what happened before this page came. The reader may be about to offer the last of it too."""
        for signal in signals:
            self.offer(signal)
            self._told.add(signal.id)

    def reset(self) -> None:
        """Forget the details: this page has to read everything again."""
        self._clear()
        self._reset = True
        self.wake.set()

    def take(self, position: int) -> bytes:
        """Return what is to be sent now, and forget it. `position`: the highest event offered to anybody."""
        self.wake.clear()
        events = b"".join(self._events(position))
        self._clear()
        self._told = {id for id in self._told if id > position}
        return events

    def beat(self, position: int) -> bytes:
        """Return a sign of life, that also tells where this page would continue."""
        return as_text("beat", {}, id=self._ahead(position))

    def close(self) -> None:
        """End this stream."""
        self.closing = True
        self.wake.set()

    def _events(self, position: int) -> Iterator[bytes]:
        if self._reset:
            yield as_text("reset", {}, id=self._ahead(position))
        for signal in [*sorted(self._pending.values(), key=lambda signal: signal.id), *self._passing]:
            about = {"id": signal.id, "name": signal.name, "topic": signal.topic, "data": signal.data}
            yield as_text("signal", about, id=self._ahead(signal.id))
        for feed, id in self._changed.items():
            yield as_text("signal", {"id": id, "name": "changed", "topic": feed, "data": {}}, id=self._ahead(id))

    def _ahead(self, id: int) -> int:
        """Where this page would continue: the number never goes back. 0: it stays."""
        if id <= self.sent:
            return 0
        self.sent = id
        return id

    def _clear(self) -> None:
        self._pending, self._passing, self._changed, self._reset = {}, [], {}, False


def _overlap(sees: Scopes, seen_by: Scopes) -> bool:
    return sees is None or seen_by is None or not sees.isdisjoint(seen_by)


class Hub:
    """The open pages of one process, by what they listen to."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.position = 0
        self._by_name: dict[str, set[Listener]] = defaultdict(set)

    def join(self, subscription: Subscription) -> Listener:
        """Start to listen. Whoever joins also leaves."""
        listener = Listener(subscription)
        self.listeners.add(listener)
        for name in (*subscription.topics, *subscription.feeds):
            self._by_name[name].add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        for name in (*listener.subscription.topics, *listener.subscription.feeds):
            self._by_name[name].discard(listener)
            if not self._by_name[name]:
                del self._by_name[name]

    def deliver(self, signals: Iterable[Signal], position: int | None = None) -> None:
        """Offer signals to whom they concern. `position`: the highest event read so far."""
        if position is not None:
            self.position = position
        for signal in signals:
            concerned = (self._by_name.get(name, ()) for name in (signal.topic, *signal.audiences))
            for listener in set().union(*concerned):
                listener.offer(signal)
            if signal.topic.startswith("agent:"):
                self._recheck(signal.topic)

    def close(self) -> None:
        """End all streams; the pages come back by themselves, to whoever serves then."""
        for listener in self.listeners:
            listener.close()

    def _recheck(self, topic: str) -> None:
        """Something about an agent changed: what their pages may hear has to be asked again, now."""
        for listener in self.listeners:
            if topic == f"agent:{listener.subscription.agent_id}":
                listener.recheck = True
                listener.wake.set()
