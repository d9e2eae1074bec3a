"""The labels of the shop."""

import pytest

from sportello.conversations.models import Tag
from sportello.events.models import Event


@pytest.fixture
def carla_client(make_agent, client):
    client.force_login(make_agent("Carla Viola", role="supervisor"))
    return client


@pytest.fixture
def broken(conversation):
    tag = Tag.objects.create(name="rotto")
    conversation.tags.add(tag)
    return tag


def test_a_supervisor_makes_renames_and_removes_a_label(carla_client):
    carla_client.post("/settings/tags/", {"name": "reso"})
    tag = Tag.objects.get()
    carla_client.post(f"/settings/tags/{tag.pk}/", {"name": "resi"})
    carla_client.post(f"/settings/tags/{tag.pk}/removal/")
    assert not Tag.objects.exists()
    events = list(Event.objects.values_list("name", "data"))
    assert events == [
        ("tag.created", {"name": "reso"}),
        ("tag.renamed", {"changes": {"name": ["reso", "resi"]}}),
        ("tag.deleted", {"name": "resi", "conversations": 0}),
    ]


def test_a_name_is_there_once(carla_client, broken):
    answer = carla_client.post("/settings/tags/", {"name": "rotto"})
    assert "name" in answer.context["form"].errors
    assert Tag.objects.count() == 1


def test_removing_it_leaves_the_conversation(carla_client, broken, conversation):
    assert carla_client.get("/settings/tags/").context["tags"][0].uses == 1
    carla_client.post(f"/settings/tags/{broken.pk}/removal/")
    conversation.refresh_from_db()
    assert list(conversation.tags.all()) == []


def test_an_agent_uses_labels_but_does_not_arrange_them(ben_client, broken):
    assert ben_client.get("/settings/tags/").status_code == 404
    assert ben_client.post(f"/settings/tags/{broken.pk}/removal/").status_code == 404
    assert Tag.objects.get() == broken
