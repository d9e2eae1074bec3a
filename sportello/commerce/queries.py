"""What the screens and the other rooms ask about orders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from django.db.models import Count, F, QuerySet, Sum

from sportello.agents.models import Agent

from .models import Order, OrderQuerySet, Store
from .numbering import Shapes, mentions


@dataclass(frozen=True)
class Worth:
    """What a customer bought: how many orders, and what they cost less what was given back, by currency."""

    orders: int
    spent: tuple[tuple[str, Decimal], ...]


def worth(customer) -> Worth:
    """Return what a customer bought. Cancelled and unpaid orders are not counted. One query."""
    bought = Order.objects.filter(customer=customer).exclude(state__in=(Order.State.PENDING, Order.State.CANCELLED))
    by_currency = list(
        bought.values("currency").annotate(orders=Count("pk"), spent=Sum(F("total") - F("refunded"))).order_by("-spent")
    )
    return Worth(
        orders=sum(row["orders"] for row in by_currency),
        spent=tuple((row["currency"], row["spent"]) for row in by_currency),
    )


def visible_to(agent: Agent) -> OrderQuerySet:
    """Return the orders this agent may see."""
    return OrderQuerySet(Order).visible_to(agent)


def with_all(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return them with store, lines and shipments: three queries."""
    return orders.select_related("store").prefetch_related("lines", "shipments")


def orders_of(customer, limit: int | None = None) -> list[Order]:
    """Return a customer's orders, newest first, each with its store, lines and shipments: three queries."""
    return list(with_all(Order.objects.filter(customer=customer)).order_by("-placed_at", "-pk")[:limit])


def recognise(text: str) -> list[Order]:
    """Return the orders whose number is mentioned in this text, in the order of their mention."""
    return recognise_many([text])[0]


def recognise_many(texts: Sequence[str]) -> list[list[Order]]:
    """Return the orders mentioned in each of these texts. Two queries, however many texts.

    A number is all that is checked here: whose order it is, the screen says ("of another customer").
    """
    shapes = Shapes.of(chain.from_iterable(store.shapes for store in Store.objects.all()))
    mentioned = [mentions(text, shapes) for text in texts]
    by_key = _by_key(set(chain.from_iterable(mentioned)))
    return [[order for key in keys for order in by_key.get(key, ())] for keys in mentioned]


def _by_key(keys: Iterable[str]) -> dict[str, list[Order]]:
    found: dict[str, list[Order]] = {}
    for order in Order.objects.filter(number_key__in=list(keys)).order_by("-placed_at", "-pk") if keys else ():
        found.setdefault(order.number_key, []).append(order)
    return found
