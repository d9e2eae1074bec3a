"""Prepare the whole demo in an empty database, saying how far it is."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from sportello import search
from sportello.agents.models import Agent
from sportello.commerce.models import Order, OrderLine
from sportello.conversations.models import Message
from sportello.conversations.searching import index_messages
from sportello.customers.documents import document
from sportello.customers.models import Customer, Identity

from ..season.clock import BEGINNING, Clock
from ..season.season import tell
from .history import HistoryWriter
from .people import PeopleWriter
from .rows import Rows
from .shop import open_shop

Say = Callable[[int, str], None]
INDEXED_AT_ONCE = 500


class NotEmpty(Exception):
    """Somebody works here already: a demo is only prepared in an empty database."""


@transaction.atomic
def prepare(*, now: datetime, conversations: int, outgoing: Mapping[str, Any], say: Say) -> None:
    """Write a season of about so many conversations that ends now. `outgoing` is where the shop's mail goes.

    `say` is told how far it is (percent) and what is being done. Raise `NotEmpty`.
    """
    if Agent.objects.exists():
        raise NotEmpty
    clock = Clock(now)
    say(3, "Inventing a season of orders and letters")
    season = tell(clock, conversations=conversations)
    say(15, f"Writing {len(season.threads)} conversations")
    shop = open_shop(since=clock.shift(BEGINNING - timedelta(days=900)), outgoing=outgoing)
    rows = Rows()
    people = PeopleWriter(rows, clock, shop.store)
    people.write(season)
    HistoryWriter(rows, clock, shop, people).write(season.threads)
    _write(rows, say)
    _index(rows, say)
    say(100, "Ready")


def _write(rows: Rows, say: Say) -> None:
    written = 0
    for count in rows.write():
        written += count
        say(30 + 30 * written // len(rows), f"Saving {len(rows)} rows")


def _index(rows: Rows, say: Say) -> None:
    """Make everything findable."""
    messages = rows.of(Message)
    for start in range(0, len(messages), INDEXED_AT_ONCE):
        index_messages(messages[start : start + INDEXED_AT_ONCE])
        say(60 + 30 * start // len(messages), f"Indexing {len(messages)} messages")
    identities: dict[int, list[Identity]] = {}
    for identity in rows.of(Identity):
        identities.setdefault(identity.customer_id, []).append(identity)
    search.index(document(one, identities[one.pk]) for one in rows.of(Customer))
    search.index(_orders(rows))


def _orders(rows: Rows) -> Iterable[search.Document]:
    lines: dict[int, list[str]] = {}
    for line in rows.of(OrderLine):
        lines.setdefault(line.order_id, []).append(line.name)
    for one in rows.of(Order):
        told = [one.number, one.name, one.email, one.city, *lines[one.pk]]
        yield search.Document("order", one.pk, "\n".join(told), one.placed_at)
