"""The orders beside the conversation, and the page of one."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import translation

from sportello.commerce import queries
from sportello.commerce.models import Shipment
from sportello.commerce.panels import beside_conversation, beside_customer
from sportello.customers.models import Customer

pytestmark = pytest.mark.django_db
NBSP = "\u00a0"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False):
        yield


def request_of(agent):
    request = RequestFactory().get("/")
    request.user = agent
    return request


@pytest.fixture
def order(make_order, giulia):
    return make_order(
        "TT-10482",
        customer=giulia,
        state="partly_delivered",
        lines=[("6 piatti piani «Limoni»", Decimal("126")), ("Tegame di terracotta", Decimal("58.50"))],
        shipments=[
            {"carrier": "BRT", "state": "delivered", "delivered_at": datetime(2026, 11, 18, tzinfo=UTC)},
            {
                "carrier": "GLS",
                "state": "stuck",
                "promised_for": date(2026, 11, 18),
                "tracking_number": "GL123",
                "tracking_url": "https://gls.example/GL123",
            },
        ],
    )


def panel(conversation, agent, show=beside_conversation):
    with translation.override("it"):
        return show(request_of(agent), conversation)


def test_the_slip_of_the_order_in_question(conversation, order, ben):
    conversation.orders.add(order)
    html = panel(conversation, ben)
    assert "Ordine di cui si parla" in html
    assert "TT-10482" in html
    assert f"184,50{NBSP}€" in html
    assert "Tegame di terracotta" in html
    assert "consegnato 18" in html
    assert "2 giorni di ritardo" in html
    assert 'href="https://gls.example/GL123"' in html
    assert "controlla chi scrive" not in html


def test_an_order_of_somebody_else_is_marked(conversation, order, ben):
    paolo = Customer.objects.create(name="Paolo Greco")
    order.customer = paolo
    order.save()
    conversation.orders.add(order)
    assert "È un ordine di Paolo Greco: controlla chi scrive" in panel(conversation, ben)


def test_an_order_of_nobody_known_is_marked_too(conversation, order, ben):
    order.customer, order.email = None, "paolo@posta.example"
    order.save()
    conversation.orders.add(order)
    assert "ordinato con paolo@posta.example" in panel(conversation, ben)


def test_the_other_orders_are_lines_five_at_most(conversation, order, make_order, giulia, ben):
    conversation.orders.add(order)
    for n in range(7):
        make_order(f"TT-2000{n}", customer=giulia, placed_at=datetime(2026, 1, n + 1, tzinfo=UTC))
    html = panel(conversation, ben)
    assert [n for n in range(7) if f"TT-2000{n}" in html] == [2, 3, 4, 5, 6]
    assert "Altri ordini" in html
    assert "Tutti" in html
    assert html.count("TT-10482") == 1


def test_beside_the_customer_stand_the_latest_fifty(order, make_order, giulia, ben, django_assert_max_num_queries):
    for n in range(60):
        make_order(f"TT-200{n:02}", customer=giulia, placed_at=datetime(2026, 11, 12, 0, n, tzinfo=UTC))
    with django_assert_max_num_queries(5):
        html = panel(giulia, ben, beside_customer)
    assert html.count("TT-200") == 50
    assert "TT-20059" in html
    assert "Tutti" not in html


def test_nothing_to_show_is_nothing(conversation, ben):
    assert panel(conversation, ben) == ""


def test_what_they_are_worth(make_order, giulia):
    make_order("1", customer=giulia, total=Decimal("100"), state="delivered", refunded=Decimal("30"))
    make_order("2", customer=giulia, total=Decimal("50"), state="paid")
    make_order("3", customer=giulia, total=Decimal("20"), currency="CHF", state="shipped")
    make_order("4", customer=giulia, total=Decimal("999"), state="cancelled")
    make_order("5", customer=giulia, total=Decimal("999"), state="pending")
    assert queries.worth(giulia) == queries.Worth(4 - 1, (("EUR", Decimal("120")), ("CHF", Decimal("20"))))


def test_a_guest_sees_the_order_in_question_and_no_other(conversation, order, make_order, giulia, make_agent, shipping):
    make_order("TT-99999", customer=giulia)
    conversation.orders.add(order)
    html = panel(conversation, make_agent("Gino Ospite", shipping, role="guest"))
    assert "TT-10482" in html
    assert "TT-99999" not in html
    assert "Ha speso" not in html


def test_few_queries(conversation, order, make_order, giulia, ben, django_assert_max_num_queries):
    conversation.orders.add(order)
    for n in range(10):
        make_order(f"TT-200{n:02}", customer=giulia, lines=[("Piatto", 1)])
    with django_assert_max_num_queries(8):
        panel(conversation, ben)


@pytest.mark.parametrize(
    ("state", "promised", "late"),
    [
        ("in_transit", date(2026, 11, 19), 1),
        ("in_transit", date(2026, 11, 20), 0),
        ("lost", date(2026, 11, 10), 10),
        ("delivered", date(2026, 11, 1), 0),
        ("returned", date(2026, 11, 1), 0),
        ("in_transit", None, 0),
    ],
)
def test_late_is_past_the_promise_and_not_arrived(state, promised, late):
    assert Shipment(state=state, promised_for=promised).days_late(date(2026, 11, 20)) == late


def test_the_page_of_an_order(ben_client, order):
    page = ben_client.get(f"/orders/{order.pk}").content.decode()
    assert "Ordine TT-10482" in page
    assert f"/customers/{order.customer_id}" in page


def test_a_hostile_name_is_only_a_name(ben_client, make_order):
    order = make_order("<script>1", name="<img src=x>", note="<b>", lines=[("<i>piatto", 1)])
    page = ben_client.get(f"/orders/{order.pk}").content.decode()
    assert "<script>1" not in page
    assert "<img src=x>" not in page
    assert "<i>piatto" not in page


def test_a_guest_finds_no_order_of_others(client, make_agent, order, conversation, shipping):
    client.force_login(make_agent("Gino Ospite", shipping, role="guest"))
    assert client.get(f"/orders/{order.pk}").status_code == 404
    conversation.orders.add(order)
    assert client.get(f"/orders/{order.pk}").status_code == 200
    client.force_login(make_agent("Sara Ospite", role="guest"))
    assert client.get(f"/orders/{order.pk}").status_code == 404


def test_who_is_not_signed_in_is_asked_to(client, ben, order):
    assert client.get(f"/orders/{order.pk}")["Location"].startswith("/sign-in/")
