"""What an order can be found by."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from sportello.search import Document

from .models import Order


def documents_of(orders: Sequence[Order]) -> list[Document]:
    """Return what the search knows of these: numbers, person, goods and parcels. Two queries."""
    prefetch_related_objects(orders, "lines", "shipments")
    return [document(order, order.lines.all(), order.shipments.all()) for order in orders]


def document(order: Order, lines: Iterable[Any], parcels: Iterable[Any]) -> Document:
    """Return what the search knows of one whose goods and parcels (stored or told) are at hand."""
    told = [order.number, order.external_id, order.name, order.email, order.phone, order.city]
    for line in lines:
        told += [line.name, line.sku]
    told += [parcel.tracking_number for parcel in parcels]
    return Document("order", order.pk, "\n".join(filter(None, told)), order.placed_at)
