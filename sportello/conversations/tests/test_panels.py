"""The conversations beside a customer and an order."""

import pytest

from sportello.commerce.models import Order, Store

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(conversation):
    store = Store.objects.create(slug="terra", name="Terra e Tavola")
    order = Order.objects.create(
        store=store, external_id="1", number="TT-1", number_key="tt1", total=1, placed_at=conversation.created_at
    )
    conversation.orders.add(order)
    return order


def test_beside_the_customer(ben_client, conversation, giulia):
    page = ben_client.get(f"/customers/{giulia.pk}").content.decode()
    assert f'href="/conversations/{conversation.pk}"' in page


def test_from_a_conversation_to_its_customer(ben_client, conversation, giulia):
    page = ben_client.get(f"/conversations/{conversation.pk}").content.decode()
    assert f'href="/customers/{giulia.pk}"' in page


def test_beside_the_order(ben_client, conversation, order):
    page = ben_client.get(f"/orders/{order.pk}").content.decode()
    assert f'href="/conversations/{conversation.pk}"' in page


def test_cleo_sees_the_customer_and_the_order_but_not_what_was_said(cleo_client, conversation, giulia, order):
    for path in (f"/customers/{giulia.pk}", f"/orders/{order.pk}"):
        answer = cleo_client.get(path)
        assert answer.status_code == 200
        assert f"/conversations/{conversation.pk}" not in answer.content.decode()
        assert conversation.subject not in answer.content.decode()
