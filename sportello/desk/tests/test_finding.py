"""What one finds by typing: each only what is theirs to see, and each line leads to its page."""

from datetime import UTC, datetime

import pytest

from sportello import search
from sportello.commerce.documents import documents_of
from sportello.commerce.models import Order, Store


@pytest.fixture
def orders(giulia):
    """Giulia ordered twice; somebody whom nobody knows ordered once."""
    store = Store.objects.create(slug="terra-e-tavola", name="Terra e Tavola")
    told = {"store": store, "total": 10, "placed_at": datetime(2026, 11, 10, 9, tzinfo=UTC)}
    made = [
        Order.objects.create(number=number, external_id=number, number_key=number, customer=whose, **told)
        for number, whose in (("TT-7001", giulia), ("TT-7002", giulia), ("TT-7003", None))
    ]
    search.index(documents_of(made))
    return made


def found(client, typed):
    return [line for group in client.get("/search", {"q": typed}).context["groups"] for line in group.lines]


def test_an_order_is_found_and_its_line_leads_to_it(ben_client, orders):
    for order in orders:
        (line,) = found(ben_client, order.number)
        assert (line.name, line.href) == (order.number, f"/orders/{order.pk}")
        assert ben_client.get(line.href).status_code == 200


def test_a_guest_finds_only_the_order_that_their_conversation_is_about(
    make_agent, client, shipping, conversation, orders
):
    conversation.orders.add(orders[0])
    client.force_login(make_agent("Gino Ospite", shipping, role="guest"))
    assert [line.name for line in found(client, "TT-7001")] == ["TT-7001"]
    assert found(client, "TT-7002") == []
    assert found(client, "TT-7003") == []
