"""A link that works once, for seven days, and for one."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from sportello.agents import actions
from sportello.agents.models import Agent, Invitation
from sportello.events.models import Event
from sportello.jobs.testing import drain

TYPED = {"name": "Dora Bianchi", "password": "il treno delle sette"}


@pytest.fixture
def link(anna, shipping):
    _invitation, token = actions.invite("Dora@shop.example", role="agent", teams=[shipping], by=anna)
    return f"/invitations/{token}/"


def test_anna_invites_and_dora_comes_in(anna, anna_client, client, shipping):
    answer = anna_client.post(
        "/settings/people/invitations/", {"email": "Dora@Shop.example", "role": "supervisor", "teams": [shipping.pk]}
    )
    drain(raise_errors=True)
    letter = mail.outbox[0]
    link = re.search(r"http://localhost:8000(/invitations/\S+)", letter.body).group(1)
    assert letter.to == ["dora@shop.example"]
    assert link in answer.text, "to be given by hand too"

    assert "dora@shop.example" in client.get(link).text
    assert client.post(link, TYPED)["Location"] == "/"
    dora = Agent.objects.get(email="dora@shop.example")
    assert (dora.name, dora.role, list(dora.teams.all())) == ("Dora Bianchi", "supervisor", [shipping])
    assert dora.check_password("il treno delle sette")
    assert client.get("/settings/me/").status_code == 200
    names = list(Event.objects.values_list("name", "by"))
    assert names == [("invitation.sent", anna.pk), ("agent.joined", dora.pk), ("agent.signed_in", dora.pk)]


def test_the_token_is_kept_nowhere(link):
    token = link.split("/")[2]
    invitation = Invitation.objects.get()
    assert token not in str(Invitation.objects.values())
    assert len(invitation.token_hash) == 64
    assert token not in str(list(Event.objects.values()))


def test_a_link_works_once(client, link):
    client.post(link, TYPED)
    second = Client().post(link, {**TYPED, "name": "Somebody else"})
    assert second.status_code == 404
    assert [agent.name for agent in Agent.objects.filter(email="dora@shop.example")] == ["Dora Bianchi"]


def test_a_weak_password_keeps_the_link_good(client, link):
    assert client.post(link, {**TYPED, "password": "dora"}).status_code == 200
    assert client.post(link, TYPED).status_code == 302


@pytest.mark.parametrize("days", [7, 30])
def test_after_seven_days_it_opens_nothing(client, link, days):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=days - 7))
    assert client.get(link).status_code == 404
    assert client.post(link, TYPED).status_code == 404
    assert not Agent.objects.filter(email="dora@shop.example").exists()


def test_a_new_link_replaces_the_old_one(anna_client, client, link):
    invitation = Invitation.objects.get()
    answer = anna_client.post(f"/settings/people/invitations/{invitation.pk}/renewal/")
    fresh = re.search(r"/invitations/[\w-]+/", answer.text).group(0)
    assert client.get(link).status_code == 404
    assert client.get(fresh).status_code == 200


def test_who_is_invited_again_has_one_invitation(anna, link, client):
    _second, token = actions.invite("dora@shop.example", role="guest", by=anna)
    assert Invitation.objects.get().role == "guest"
    assert client.get(link).status_code == 404
    assert client.get(f"/invitations/{token}/").status_code == 200


def test_taken_back_it_opens_nothing(anna_client, client, link):
    invitation = Invitation.objects.get()
    anna_client.post(f"/settings/people/invitations/{invitation.pk}/revocation/")
    assert client.get(link).status_code == 404
    assert not Invitation.objects.exists()
    assert anna_client.post(f"/settings/people/invitations/{invitation.pk}/revocation/").status_code == 404


def test_who_works_here_is_not_invited(anna_client, ben):
    answer = anna_client.post("/settings/people/invitations/", {"email": "BEN@shop.example", "role": "admin"})
    assert "email" in answer.context["form"].errors
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", ["guest", "agent", "supervisor"])
def test_only_an_administrator_invites(make_agent, client, role):
    client.force_login(make_agent("Carla Viola", role=role))
    assert client.post("/settings/people/invitations/", {"email": "d@shop.example", "role": "admin"}).status_code == 404
    assert not Invitation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_at_once_with_one_link_one_comes_in(make_agent):
    anna = make_agent("Anna Riva", role="admin")
    _invitation, token = actions.invite("dora@shop.example", role="agent", by=anna)
    start, outcomes = threading.Barrier(2), []

    def come(name):
        start.wait(10)
        try:
            outcomes.append(actions.accept(token, name=name, password="il treno delle sette", language="it").name)
        except actions.Gone:
            outcomes.append("gone")
        finally:
            connection.close()

    racers = [threading.Thread(target=come, args=(name,)) for name in ("Dora", "Another Dora")]
    [racer.start() for racer in racers]
    [racer.join(30) for racer in racers]
    assert outcomes.count("gone") == 1
    assert Agent.objects.filter(email="dora@shop.example").count() == 1
