"""A store and a way to make its orders."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sportello.commerce.models import Order, OrderLine, Shipment, Store
from sportello.commerce.numbering import number_key


@pytest.fixture
def store(db):
    return Store.objects.create(slug="terra-e-tavola", name="Terra e Tavola")


@pytest.fixture
def make_order(store):
    def make(number, *, lines=(), shipments=(), **fields):
        fields = {"total": Decimal("184.50"), "placed_at": datetime(2026, 11, 10, 9, tzinfo=UTC), **fields}
        order = Order.objects.create(
            store=store, external_id=number, number=number, number_key=number_key(number), **fields
        )
        OrderLine.objects.bulk_create(
            OrderLine(order=order, position=position, name=name, total=total)
            for position, (name, total) in enumerate(lines)
        )
        Shipment.objects.bulk_create(
            Shipment(order=order, external_id=str(n), **told) for n, told in enumerate(shipments)
        )
        return order

    return make
