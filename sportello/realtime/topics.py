"""What can be listened to, and by whom. The table itself is wiring: `settings.LIVE` names it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

MOST_TOPICS = 20

# Who sees a thing, e.g. {"team:3", "agent:7"}; None stands for everybody, or for who sees everything.
Scopes = frozenset[str] | None


@dataclass(frozen=True)
class Feed:
    """A list that changes when any thing of one kind does, e.g. the inbox with "conversation".

    `scopes(agent)`: what this person sees. `audiences(events)`: for each (name, topic), who sees it; None also where an
    event changes who sees it, so that the lists it leaves are told too. Both are asked in bulk, once for all viewers.
    """

    of: str
    scopes: Callable[[Any], Scopes]
    audiences: Callable[[Iterable[tuple[str, str]]], Mapping[tuple[str, str], Scopes]]


@dataclass(frozen=True)
class Wiring:
    """`agent_of(session_key)`: who is signed in, or None. `feeds`: by their name.

    `gates`: kind of a topic → whether this agent may hear of the thing with this id.
    """

    agent_of: Callable[[str | None], Any]
    gates: Mapping[str, Callable[[Any, int], bool]] = field(default_factory=dict)
    feeds: Mapping[str, Feed] = field(default_factory=dict)


class Forbidden(Exception):
    """A topic that does not exist, or not for this person: nobody is told which."""


@dataclass(frozen=True)
class Subscription:
    """What one page listens to: topics ("conversation:12") and feeds with what this person sees of them."""

    agent_id: int
    topics: frozenset[str]
    feeds: Mapping[str, Scopes]


def wiring() -> Wiring:
    """Return the table of this installation."""
    return import_string(settings.LIVE)


def subscribe(agent: Any, names: Iterable[str]) -> Subscription:
    """Check every name for this person; raise `Forbidden` if only one of them is not theirs to hear."""
    wanted, table = frozenset(names), wiring()
    feeds = {name: table.feeds[name].scopes(agent) for name in wanted if name in table.feeds}
    topics = wanted - feeds.keys()
    if not wanted or len(wanted) > MOST_TOPICS or not all(_may_hear(agent, name, table) for name in topics):
        raise Forbidden
    return Subscription(agent.pk, topics, feeds)


def _may_hear(agent: Any, name: str, table: Wiring) -> bool:
    kind, _, number = name.partition(":")
    known = kind in table.gates and number.isascii() and number.isdigit() and len(number) < 19
    return known and table.gates[kind](agent, int(number))
