"""The shop's own settings, and its brands."""

import pytest

from sportello.events.models import Event
from sportello.workspace.models import Brand, Workspace

TYPED = {"name": "Terra e Tavola", "language": "it", "time_zone": "Europe/Rome"}


def test_anna_changes_the_shop_and_it_is_noted(anna, anna_client):
    changed = {"name": "Terra & Tavola", "language": "en", "time_zone": "Europe/Lisbon", "require_mfa": ""}
    assert anna_client.post("/settings/shop/", changed)["Location"] == "/settings/shop/"
    shop = Workspace.objects.current()
    assert (shop.name, shop.language, shop.time_zone) == ("Terra & Tavola", "en", "Europe/Lisbon")
    event = Event.objects.get()
    assert (event.name, event.by) == ("workspace.changed", anna)
    assert event.data["changes"] == {
        "name": ["Terra e Tavola", "Terra & Tavola"],
        "language": ["it", "en"],
        "time_zone": ["Europe/Rome", "Europe/Lisbon"],
    }


def test_saving_the_same_is_no_event(anna_client):
    anna_client.post("/settings/shop/", TYPED)
    assert not Event.objects.exists()


def test_there_is_no_such_time_zone(anna_client):
    answer = anna_client.post("/settings/shop/", {**TYPED, "time_zone": "Europe/Atlantis"})
    assert "time_zone" in answer.context["form"].errors
    assert Workspace.objects.get().time_zone == "Europe/Rome"


def test_asking_for_two_steps_counts_from_the_next_click(anna_client, ben_client):
    anna_client.post("/settings/shop/", {**TYPED, "require_mfa": "on"})
    assert ben_client.get("/settings/me/")["Location"] == "/settings/security/"


def test_a_brand_is_made_changed_and_removed(anna_client):
    anna_client.post("/settings/shop/brands/new/", {"name": "Moka & Co.", "signature": "Moka & Co.\nLecce"})
    brand = Brand.objects.get()
    assert (brand.name, brand.signature) == ("Moka & Co.", "Moka &amp; Co.<br>Lecce")
    anna_client.post(f"/settings/shop/brands/{brand.pk}/", {"name": "Moka", "signature": "Moka & Co.\nLecce"})
    anna_client.post(f"/settings/shop/brands/{brand.pk}/removal/")
    assert not Brand.objects.exists()
    assert [event.name for event in Event.objects.all()] == ["brand.created", "brand.changed", "brand.deleted"]
    assert Event.objects.all()[1].data["changes"] == {"name": ["Moka & Co.", "Moka"]}


def test_a_brand_in_use_stays(anna_client, inbox):
    brand = Brand.objects.create(name="Moka")
    inbox.brand = brand
    inbox.save()
    answer = anna_client.post(f"/settings/shop/brands/{brand.pk}/removal/")
    assert answer.status_code == 200
    assert answer.context["refused"]
    assert Brand.objects.get() == brand
    assert not Event.objects.exists()


@pytest.mark.parametrize("role", ["guest", "agent", "supervisor"])
def test_only_an_administrator_changes_the_shop(make_agent, client, role):
    client.force_login(make_agent("Carla Viola", role=role))
    assert client.get("/settings/shop/").status_code == 404
    assert client.post("/settings/shop/", {**TYPED, "name": "Mine"}).status_code == 404
    assert Workspace.objects.get().name == "Terra e Tavola"
