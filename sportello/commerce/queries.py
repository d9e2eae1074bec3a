"""What the screens and the other rooms ask about orders."""

from collections.abc import Iterable, Sequence
from itertools import chain

from .models import Order, Store
from .numbers import Shapes, mentions


def orders_of(customer) -> "list[Order]":
    """Return a customer's orders, newest first, each with its store, lines and shipments: three queries."""
    orders = Order.objects.filter(customer=customer).order_by("-placed_at", "-pk")
    return list(orders.select_related("store").prefetch_related("lines", "shipments"))


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
