"""What is known about a customer, for whom they buy, and where both are found."""

import pytest

from sportello import search
from sportello.customers import actions, queries
from sportello.customers.models import Company, Customer, Membership
from sportello.events.models import Event

pytestmark = pytest.mark.django_db


def test_a_name_is_changed_and_found(giulia, ben):
    actions.describe(giulia, name="Giulia Bianchi", note="Citofono «Ferraris-Gallo»", by=ben)
    assert [hit.ref for hit in search.find("bianchi citofono", ["customer"])] == [giulia.pk]
    assert Event.objects.get().data == {"fields": ["name", "note"]}


def test_saying_the_same_is_no_event(giulia, ben):
    actions.describe(giulia, name="Giulia Ferraris", by=ben)
    assert not Event.objects.exists()


def test_only_what_can_be_described(giulia, ben):
    with pytest.raises(TypeError, match="created_at"):
        actions.describe(giulia, created_at="2020", by=ben)


def test_joining_a_company_and_changing_role(giulia, ben):
    querce = actions.found_company("Agriturismo Le Querce", domain="Querce.example")
    actions.join(giulia, querce, role="acquisti", by=ben)
    actions.join(giulia, querce, role="acquisti", by=ben)
    actions.join(giulia, querce, role="titolare", by=ben)
    assert Membership.objects.get().role == "titolare"
    assert [event.name for event in Event.objects.all()] == ["customer.joined"] * 2
    assert [hit.ref for hit in search.find("querce", ["customer"])] == [giulia.pk]


def test_leaving_twice_is_one_event(giulia, ben):
    querce = actions.found_company("Agriturismo Le Querce")
    actions.join(giulia, querce, by=ben)
    actions.leave(giulia, querce, by=ben)
    actions.leave(giulia, querce, by=ben)
    assert [event.name for event in Event.objects.all()] == ["customer.joined", "customer.left"]
    assert search.find("querce", ["customer"]) == []


def test_the_same_name_is_the_same_company():
    assert actions.found_company(" Le Querce ") == actions.found_company("Le Querce")


def test_a_domain_suggests_and_decides_nothing(giulia, ben):
    posta = Company.objects.create(name="Posta srl", domain="posta.example")
    Company.objects.create(name="Altra srl", domain="altra.example")
    assert queries.suggested_companies(giulia) == [posta]
    assert not Membership.objects.exists()
    actions.join(giulia, posta, by=ben)
    assert queries.suggested_companies(giulia) == []


def test_an_address_at_a_mail_provider_suggests_nothing():
    Company.objects.create(name="Gmail", domain="gmail.com")
    identity = actions.meet("email", "paolo@gmail.com")
    assert queries.suggested_companies(identity.customer) == []


@pytest.mark.parametrize("typed", ["Giulia@Posta.example", "347 000 1184", "+39 347 0001184"])
def test_found_by_address(giulia, ben, typed):
    giulia.identities.create(kind="whatsapp", value="+393470001184")
    assert queries.by_address(typed, ben) == giulia


@pytest.mark.parametrize("typed", ["", "giulia", "paolo@posta.example", "02 1234567"])
def test_nobody_by_that_address(giulia, ben, typed):
    assert queries.by_address(typed, ben) is None


def test_pages_of_fifty_newest_first(ben):
    Customer.objects.bulk_create(Customer(name=f"Cliente {n}") for n in range(120))
    first, more = queries.page(ben)
    second, more = queries.page(ben, before=more)
    third, end = queries.page(ben, before=more)
    assert [len(first), len(second), len(third)] == [50, 50, 20]
    assert first[0].name == "Cliente 119"
    assert third[-1].name == "Cliente 0"
    assert end is None


def test_pages_of_what_is_found(ben):
    actions.meet_many([("email", f"{n}@posta.example", f"Cliente {n}") for n in range(60)])
    first, more = queries.page(ben, typed="cliente")
    second, end = queries.page(ben, typed="cliente", before=more)
    assert (len(first), len(second), end) == (50, 10, None)
    assert len({customer.pk for customer in first + second}) == 60


def test_a_guest_meets_only_those_of_their_conversations(make_agent, shipping, conversation, giulia):
    actions.meet("email", "paolo@posta.example", "Paolo Posta")
    guest = make_agent("Gino Ospite", shipping, role="guest")
    stranger = make_agent("Sara Ospite", role="guest")
    assert list(Customer.objects.visible_to(guest)) == [giulia]
    assert list(Customer.objects.visible_to(stranger)) == []
    assert queries.page(stranger, typed="posta") == ([], None)
    assert queries.by_address("giulia@posta.example", stranger) is None
