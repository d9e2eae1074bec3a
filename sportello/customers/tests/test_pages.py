"""The list of customers and the card of one, and who is shown neither."""

import pytest

from sportello.customers import actions
from sportello.customers.models import Company, Customer
from sportello.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest_client(client, make_agent):
    client.force_login(make_agent("Gino Ospite", role="guest"))
    return client


def test_the_list_shows_who_they_are(ben_client, giulia):
    page = ben_client.get("/customers/").content.decode()
    assert "Giulia Ferraris" in page
    assert "giulia@posta.example" in page


def test_nobody_yet(ben_client):
    assert "Ancora nessun cliente" in ben_client.get("/customers/").content.decode()


def test_a_known_address_goes_straight_to_the_card(ben_client, giulia):
    answer = ben_client.get("/customers/", {"q": "GIULIA@posta.example"})
    assert answer["Location"] == f"/customers/{giulia.pk}"


def test_the_list_finds(ben_client, giulia):
    paolo = actions.meet("email", "paolo@posta.example", "Paolo Greco").customer
    page = ben_client.get("/customers/", {"q": "grec"}).content.decode()
    assert f"/customers/{paolo.pk}" in page
    assert f"/customers/{giulia.pk}" not in page


def test_nothing_found_says_what_was_looked_for(ben_client, giulia):
    page = ben_client.get("/customers/", {"q": "<b>zzz"}).content.decode()
    assert "&lt;b&gt;zzz" in page
    assert "<b>zzz" not in page


def test_further_down(ben_client):
    Customer.objects.bulk_create(Customer(name=f"Cliente {n:03}") for n in range(60))
    page = ben_client.get("/customers/")
    assert page.content.decode().count('href="/customers/') - 1 == 50  # and the rail
    then = ben_client.get("/customers/", {"before": page.context["more"]}).content.decode()
    assert "Cliente 009" in then
    assert "Cliente 010" not in then


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, ""])
def test_a_strange_place_in_the_list_is_its_start(ben_client, giulia, before):
    assert "Giulia" in ben_client.get("/customers/", {"before": before}).content.decode()


def test_few_queries_for_a_page(ben_client, django_assert_max_num_queries):
    actions.meet_many([("email", f"{n}@posta.example", f"Cliente {n}") for n in range(60)])
    with django_assert_max_num_queries(9):
        ben_client.get("/customers/")


def test_the_card(ben_client, giulia, ben):
    actions.add_identity(giulia, "whatsapp", "3470001184", by=ben)
    page = ben_client.get(f"/customers/{giulia.pk}").content.decode()
    assert "+39 347 000 1184" in page
    assert "Ben Costa" in page


def test_what_we_know_is_written_down(ben_client, giulia, ben):
    told = {"name": "Giulia F.", "language": "de", "city": "Torino", "note": "Citofono"}
    assert ben_client.post(f"/customers/{giulia.pk}", told).status_code == 302
    giulia.refresh_from_db()
    assert (giulia.name, giulia.language, giulia.city, giulia.note) == ("Giulia F.", "de", "Torino", "Citofono")
    assert Event.objects.get().by == ben


def test_a_wrong_form_changes_nothing_and_keeps_what_was_typed(ben_client, giulia):
    answer = ben_client.post(f"/customers/{giulia.pk}", {"name": "x" * 300, "language": "xx"})
    giulia.refresh_from_db()
    assert giulia.name == "Giulia Ferraris"
    assert answer.status_code == 422
    assert "x" * 300 in answer.content.decode()


def test_an_address_is_added(ben_client, giulia):
    ben_client.post(f"/customers/{giulia.pk}/identities", {"kind": "email", "value": "G@casa.example"})
    assert giulia.identities.filter(kind="email", value="g@casa.example").exists()


def test_an_address_of_somebody_else_is_refused_with_their_name(ben_client, giulia):
    paolo = Customer.objects.create(name="Paolo Greco")
    told = {"kind": "email", "value": "giulia@posta.example"}
    answer = ben_client.post(f"/customers/{paolo.pk}/identities", told)
    assert "Giulia Ferraris" in answer.content.decode()
    assert paolo.identities.count() == 0


def test_an_address_that_is_none(ben_client, giulia):
    answer = ben_client.post(f"/customers/{giulia.pk}/identities", {"kind": "phone", "value": "abc"})
    assert "Questo non è un numero di telefono." in answer.content.decode()
    assert giulia.identities.count() == 1


def test_block_and_unblock(ben_client, giulia, ben):
    address = giulia.identities.get()
    ben_client.post(f"/customers/{giulia.pk}/identities/{address.pk}/block", {"blocked": "yes"})
    address.refresh_from_db()
    assert address.blocked_by == ben
    assert "bloccato da Ben Costa" in ben_client.get(f"/customers/{giulia.pk}").content.decode()
    ben_client.post(f"/customers/{giulia.pk}/identities/{address.pk}/block", {"blocked": "no"})
    address.refresh_from_db()
    assert not address.is_blocked


def test_an_address_is_taken_away(ben_client, giulia):
    ben_client.post(f"/customers/{giulia.pk}/identities/{giulia.identities.get().pk}")
    assert giulia.identities.count() == 0


def test_an_address_of_another_customer_is_not_here(ben_client, giulia):
    paolo = Customer.objects.create(name="Paolo Greco")
    address = giulia.identities.get()
    assert ben_client.post(f"/customers/{paolo.pk}/identities/{address.pk}").status_code == 404
    assert ben_client.post(f"/customers/{paolo.pk}/identities/{address.pk}/block").status_code == 404
    assert giulia.identities.count() == 1


def test_a_company_is_suggested_joined_and_left(ben_client, giulia):
    Company.objects.create(name="Posta srl", domain="posta.example")
    assert "Posta srl" in ben_client.get(f"/customers/{giulia.pk}").content.decode()
    ben_client.post(f"/customers/{giulia.pk}/companies", {"name": "Posta srl", "role": "acquisti"})
    assert giulia.companies.get().name == "Posta srl"
    ben_client.post(f"/customers/{giulia.pk}/companies/{giulia.companies.get().pk}")
    assert giulia.companies.count() == 0


def test_a_guest_finds_nobody_and_changes_nothing(guest_client, giulia):
    address = giulia.identities.get()
    assert "Giulia" not in guest_client.get("/customers/").content.decode()
    assert "Giulia" not in guest_client.get("/customers/", {"q": "giulia"}, follow=True).content.decode()
    assert guest_client.get("/customers/", {"q": "giulia@posta.example"}).status_code == 200
    for path in ("", "/identities", f"/identities/{address.pk}", f"/identities/{address.pk}/block", "/companies"):
        told = {"name": "Rubata", "kind": "email", "value": "x@y.example", "blocked": "yes"}
        assert guest_client.post(f"/customers/{giulia.pk}{path}", told).status_code == 404
    giulia.refresh_from_db()
    assert giulia.name == "Giulia Ferraris"
    assert not Event.objects.exists()


def test_a_guest_of_the_conversation_reads_and_changes_nothing(client, make_agent, shipping, conversation, giulia):
    client.force_login(make_agent("Gino Ospite", shipping, role="guest"))
    assert client.get(f"/customers/{giulia.pk}").status_code == 200
    client.post(f"/customers/{giulia.pk}", {"name": "Rubata"})
    assert client.post(f"/customers/{giulia.pk}/companies", {"name": "Rubata srl"}).status_code == 404
    giulia.refresh_from_db()
    assert giulia.name == "Giulia Ferraris"


def test_who_is_not_signed_in_is_asked_to(client, giulia, ben):
    for path in ("/customers/", f"/customers/{giulia.pk}", "/customers/999999"):
        assert client.get(path)["Location"].startswith("/sign-in/")


def test_get_changes_nothing(ben_client, giulia):
    address = giulia.identities.get()
    assert ben_client.get(f"/customers/{giulia.pk}/identities/{address.pk}").status_code == 405
    assert giulia.identities.count() == 1
