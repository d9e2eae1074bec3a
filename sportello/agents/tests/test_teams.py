"""Teams: who shares conversations."""

import pytest

from sportello.agents.models import Agent, Team
from sportello.events.models import Event


@pytest.fixture
def carla_client(make_agent, client):
    client.force_login(make_agent("Carla Viola", role="supervisor"))
    return client


def test_a_supervisor_makes_a_team(carla_client, ben, inbox):
    answer = carla_client.post("/settings/teams/new/", {"name": "Resi", "agents": [ben.pk], "inboxes": [inbox.pk]})
    assert answer["Location"] == "/settings/teams/"
    team = Team.objects.get(name="Resi")
    assert (list(team.agents.all()), list(team.inboxes.all())) == ([ben], [inbox])
    changes = Event.objects.get(name="team.created").data["changes"]
    assert changes == {"name": [None, "Resi"], "inboxes": [None, ["Assistenza"]], "agents": [None, ["Ben Costa"]]}


def test_a_name_is_taken_once(carla_client, shipping):
    answer = carla_client.post("/settings/teams/new/", {"name": "Spedizioni"})
    assert "name" in answer.context["form"].errors
    assert Team.objects.count() == 1


def test_changing_the_people_keeps_who_is_away(carla_client, ben, cleo, shipping):
    Agent.objects.filter(pk=ben.pk).update(is_active=False)
    carla_client.post(f"/settings/teams/{shipping.pk}/", {"name": "Spedizioni", "agents": [cleo.pk]})
    assert set(shipping.agents.all()) == {ben, cleo}


def test_a_dissolved_team_leaves_its_conversations_to_all(carla_client, shipping, conversation, cleo):
    visible_to = type(conversation).objects.visible_to
    assert conversation not in visible_to(cleo)
    carla_client.post(f"/settings/teams/{shipping.pk}/removal/")
    assert conversation in visible_to(cleo)
    assert Event.objects.get(name="team.deleted").data == {"name": "Spedizioni"}


def test_an_agent_arranges_no_teams(ben_client, shipping):
    for address in ("/settings/teams/", "/settings/teams/new/", f"/settings/teams/{shipping.pk}/"):
        assert ben_client.get(address).status_code == 404
    assert ben_client.post(f"/settings/teams/{shipping.pk}/removal/").status_code == 404
    assert Team.objects.filter(pk=shipping.pk).exists()
