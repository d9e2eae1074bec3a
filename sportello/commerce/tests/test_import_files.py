"""One file of orders, its outcome beside it: a new quirk is a new pair of files in fixtures/."""

import json
from pathlib import Path

import pytest
from django.utils import translation

from sportello.commerce.importing.running import import_orders
from sportello.commerce.models import Order

pytestmark = pytest.mark.django_db
FIXTURES = Path(__file__).parent.parent / "fixtures"
FILES = sorted(path for path in FIXTURES.iterdir() if path.suffix in (".csv", ".jsonl"))


def outcome(store, path):
    """What became of this file, as its `.expected.json` tells it."""
    with path.open("rb") as file, translation.override("en"):
        report = import_orders(store, file)
        return {
            "counts": dict(sorted(report.counts.items())),
            "problems": [[it.row, it.order, it.column, it.words] for it in report.problems],
            "notices": [it.words for it in report.notices],
            "orders": [_order(order) for order in Order.objects.order_by("pk")],
        }


def _order(order):
    fields = ("external_id", "number", "state", "currency", "email", "phone", "name", "city", "country", "url", "note")
    told = {name: getattr(order, name) for name in fields if getattr(order, name)}
    told["total"] = f"{order.total.normalize():f}"
    told["placed_at"] = order.placed_at.isoformat()
    if order.refunded:
        told["refunded"] = f"{order.refunded.normalize():f}"
    if order.promised_for:
        told["promised_for"] = order.promised_for.isoformat()
    told["customer"] = order.customer.name if order.customer else None
    told["lines"] = [
        f"{line.quantity.normalize():f} {line.name} {line.variant} {line.sku} {line.total.normalize():f}"
        for line in order.lines.all()
    ]
    told["shipments"] = [
        f"{parcel.external_id} {parcel.carrier} {parcel.tracking_number} {parcel.state} {parcel.delivered_at}"
        for parcel in order.shipments.order_by("pk")
    ]
    return told


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_becomes_what_its_neighbour_says(store, path):
    expected = json.loads(path.with_name(f"{path.name}.expected.json").read_text())
    assert outcome(store, path) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_importing_again_changes_nothing(store, path):
    before = outcome(store, path)
    again = outcome(store, path)
    assert again["orders"] == before["orders"]
    assert again["counts"].get("new", 0) == 0
    assert again["problems"] == before["problems"]
