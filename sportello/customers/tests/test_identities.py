"""Many ways to reach one person, and never somebody else's."""

import pytest

from sportello import search
from sportello.customers import actions
from sportello.customers.actions import Taken
from sportello.customers.addresses import NotAnAddress, normal
from sportello.customers.models import Customer, Identity
from sportello.events.models import Event

pytestmark = pytest.mark.django_db


def names():
    return list(Event.objects.values_list("name", flat=True))


def test_a_customer_gets_a_phone(giulia, ben):
    identity = actions.add_identity(giulia, "phone", "347 000 1184", by=ben)
    assert identity.value == "+393470001184"
    assert [hit.ref for hit in search.find("3470001184", ["customer"])] == [giulia.pk]
    assert Event.objects.get().by == ben


def test_adding_it_again_changes_nothing(giulia, ben):
    actions.add_identity(giulia, "email", "GIULIA@posta.example ", by=ben)
    assert giulia.identities.count() == 1
    assert names() == []


def test_nobody_is_robbed_of_an_address(giulia, ben):
    paolo = Customer.objects.create(name="Paolo Greco")
    with pytest.raises(Taken) as taken:
        actions.add_identity(paolo, "email", "giulia@posta.example", by=ben)
    assert taken.value.identity.customer == giulia
    assert Identity.objects.get().customer == giulia
    assert names() == []


@pytest.mark.parametrize(
    ("kind", "value"), [("email", "giulia"), ("email", ""), ("phone", "12"), ("telegram", ""), ("telegram", "a\0b")]
)
def test_what_is_no_address(giulia, ben, kind, value):
    with pytest.raises(NotAnAddress):
        actions.add_identity(giulia, kind, value, by=ben)
    assert giulia.identities.count() == 1


def test_a_slip_is_gone(giulia, ben):
    slip = actions.add_identity(giulia, "email", "g.ferari@posta.example", by=ben)
    actions.remove_identity(slip, by=ben)
    assert list(giulia.identities.values_list("value", flat=True)) == ["giulia@posta.example"]
    assert search.find("ferari", ["customer"]) == []
    assert names() == ["customer.reachable", "customer.unreachable"]


def test_an_address_that_wrote_becomes_somebody_of_its_own(conversation, giulia, ben):
    address = giulia.identities.get()
    actions.remove_identity(address, by=ben)
    address.refresh_from_db()
    assert address.customer != giulia
    assert giulia.identities.count() == 0
    conversation.refresh_from_db()
    assert conversation.customer == giulia
    assert conversation.messages.get().identity == address


def test_blocking_twice_is_one_event(giulia, ben, anna):
    address = giulia.identities.get()
    actions.block(address, by=ben)
    actions.block(address, by=anna)
    assert address.is_blocked
    assert address.blocked_by == ben
    assert names() == ["customer.blocked"]


def test_listening_again(giulia, ben):
    address = giulia.identities.get()
    actions.unblock(address, by=ben)
    assert names() == []
    actions.block(address, by=ben)
    actions.unblock(address, by=ben)
    assert (address.blocked_at, address.blocked_by) == (None, None)
    assert names() == ["customer.blocked", "customer.unblocked"]


def test_phone_and_whatsapp_are_written_the_same_way():
    assert normal("whatsapp", "0039 347 000 1184") == normal("phone", "3470001184") == "+393470001184"
