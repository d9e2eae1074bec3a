"""Nobody is here yet: the first one makes the shop, and only the first."""

import threading

import pytest
from django.db import connection
from django.test import Client

from sportello.agents import first_run
from sportello.agents.models import Agent
from sportello.events.models import Event
from sportello.workspace.models import Workspace

ANSWERS = {
    "shop": "Terra e Tavola",
    "language": "en",
    "time_zone": "Europe/Rome",
    "name": "Anna Riva",
    "email": "Anna@Shop.example",
    "password": "olio nuovo a novembre",
}


@pytest.fixture
def client():
    """A browser on the machine where Sportello was started."""
    return Client(SERVER_NAME="localhost")


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/settings/security/"])
def test_every_page_leads_to_the_welcome(db, client, address):
    assert client.get(address)["Location"] == "/welcome/"


def test_what_machines_ask_is_answered_as_always(db, client):
    assert client.get("/never-there").status_code == 404


def test_the_first_one_makes_the_shop_and_is_inside(db, client):
    answer = client.post("/welcome/", ANSWERS)
    assert answer["Location"] == "/"
    anna = Agent.objects.get()
    shop = Workspace.objects.get()
    assert (shop.pk, shop.name, shop.language, shop.time_zone) == (1, "Terra e Tavola", "en", "Europe/Rome")
    assert (anna.email, anna.name, anna.role, anna.language) == ("anna@shop.example", "Anna Riva", "admin", "en")
    assert anna.check_password("olio nuovo a novembre")
    assert client.get("/settings/security/").status_code == 200
    assert [event.name for event in Event.objects.all()] == ["workspace.created", "agent.signed_in"]


def test_a_weak_password_is_refused_and_nothing_is_made(db, client):
    answer = client.post("/welcome/", {**ANSWERS, "password": "anna"})
    assert answer.status_code == 200
    assert "password" in answer.context["form"].errors
    assert not Agent.objects.exists()
    assert not Workspace.objects.exists()


def test_afterwards_there_is_no_welcome(anna, client, anna_client):
    for visitor in (client, anna_client):
        assert visitor.get("/welcome/").status_code == 404
        assert visitor.post("/welcome/", {**ANSWERS, "email": "other@shop.example"}).status_code == 404
    assert Agent.objects.get() == anna


@pytest.mark.parametrize(
    "strange",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"HTTP_FORWARDED": "for=203.0.113.9"},
        {"SERVER_NAME": "desk.example"},
    ],
)
def test_a_stranger_from_elsewhere_needs_the_printed_link(db, client, settings, strange):
    settings.ALLOWED_HOSTS = ["*"]
    assert client.get("/welcome/", **strange).status_code == 403
    assert client.post("/welcome/", {**ANSWERS, "token": "guessed"}, **strange).status_code == 403
    assert not Agent.objects.exists()
    path = first_run.link().removeprefix(settings.PUBLIC_URL)
    assert f'value="{first_run.token()}"' in client.get(path, **strange).text
    assert client.post("/welcome/", {**ANSWERS, "token": first_run.token()}, **strange).status_code == 302
    assert Agent.objects.get().role == "admin"


def test_a_desk_with_a_public_address_is_begun_by_its_link_alone(db, client, settings):
    """A proxy that says nothing of itself makes everybody look like this very machine."""
    settings.PUBLIC_URL = "https://desk.shop.example"
    assert client.get("/welcome/").status_code == 403
    assert client.post("/welcome/", ANSWERS).status_code == 403
    assert not Agent.objects.exists()
    assert client.post("/welcome/", {**ANSWERS, "token": first_run.token()}).status_code == 302


def test_the_link_is_printed_only_while_nobody_is_here(anna):
    assert first_run.link() == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_becomes_administrator():
    start = threading.Barrier(2)
    answers = []

    def begin(number):
        start.wait()
        try:
            answer = Client(SERVER_NAME="localhost").post(
                "/welcome/", {**ANSWERS, "email": f"anna{number}@shop.example"}
            )
            answers.append(answer.status_code)
        finally:
            connection.close()

    racers = [threading.Thread(target=begin, args=(number,)) for number in (1, 2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(answers) == [302, 404]
    assert Agent.objects.count() == 1
    assert Workspace.objects.count() == 1
