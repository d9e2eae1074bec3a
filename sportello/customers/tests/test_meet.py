"""Meeting people: whoever writes twice is one person, whoever writes at the same moment too."""

import threading
from contextlib import nullcontext

import pytest
from django.db import connection, transaction

from sportello import search
from sportello.customers import actions
from sportello.customers.actions import meeting
from sportello.customers.models import Customer, Identity
from sportello.events.models import Event

pytestmark = pytest.mark.django_db


def test_a_stranger_becomes_a_customer():
    identity = actions.meet("email", "giulia@posta.example", "Giulia Ferraris")
    assert (identity.customer.name, identity.value) == ("Giulia Ferraris", "giulia@posta.example")
    assert Event.objects.get().name == "customer.met"
    assert [hit.ref for hit in search.find("ferraris", ["customer"])] == [identity.customer_id]


def test_meeting_again_makes_nobody(giulia):
    met = actions.meet_many([("email", "giulia@posta.example", "G. F."), ("email", "giulia@posta.example", "")])
    assert met["email", "giulia@posta.example"].customer == giulia
    assert Customer.objects.get().name == "Giulia Ferraris"
    assert not Event.objects.exists()


def test_a_number_and_an_address_are_two_identities(giulia):
    met = actions.meet_many([("email", "giulia@posta.example", ""), ("phone", "giulia@posta.example", "Strana")])
    assert met["phone", "giulia@posta.example"].customer != giulia


def test_the_first_name_that_is_told_stays():
    address = ("email", "paolo@posta.example")
    actions.meet_many([(*address, "")])
    actions.meet_many([(*address, ""), (*address, "Paolo Greco")])
    actions.meet_many([(*address, "Altro Nome")])
    assert Customer.objects.get().name == "Paolo Greco"
    assert len(search.find("greco", ["customer"])) == 1


def test_what_a_stranger_calls_themselves_stops_nothing():
    key = ("email", "a" * 400 + "\0@posta.example")
    met = actions.meet_many([(*key, "x" * 500 + "\0"), ("email", "giulia@posta.example", "Giulia")])
    assert met[key].value == "a" * 320
    assert len(met) == 2


def test_few_queries_for_fifty_strangers(django_assert_max_num_queries):
    people = [("email", f"{n}@posta.example", f"Cliente {n}") for n in range(50)]
    with django_assert_max_num_queries(14):  # five of them savepoints
        actions.meet_many(people)
    with django_assert_max_num_queries(3):
        actions.meet_many(people)
    assert Identity.objects.count() == 50


def test_who_came_second_takes_the_first_ones(monkeypatch, giulia):
    """The race, made to happen: the address is taken between looking and writing."""
    find, looked = meeting._find, []

    def find_nobody_first(keys):
        looked.append(keys)
        return find(keys) if len(looked) > 1 else {}

    monkeypatch.setattr(meeting, "_find", find_nobody_first)
    identity = actions.meet("email", "giulia@posta.example", "Un'altra")
    assert identity.customer == giulia
    assert Customer.objects.get() == giulia


@pytest.mark.django_db(transaction=True)
def test_two_who_meet_the_same_at_once_make_one():
    people = [("email", f"{n}@posta.example", "") for n in range(20)]
    start, failures = threading.Barrier(4), []
    # A SQLite file lets one writer in at a time; the one in memory that tests use raises instead of letting wait.
    turn = threading.Lock() if connection.vendor == "sqlite" else nullcontext()

    def meet():
        try:
            start.wait(10)
            with turn, transaction.atomic():
                actions.meet_many(people)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=meet) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert failures == []
    assert (Identity.objects.count(), Customer.objects.count()) == (20, 20)
