"""The page of an inbox: its channel's own form, secrets that are never shown again, and a try in a job."""

import pytest
from django import forms

from sportello.channels import base, registry
from sportello.channels.models import Inbox
from sportello.events.models import Event
from sportello.jobs.testing import drain


class PigeonForm(forms.Form):
    sections = (("Loft", "Where they live.", ("address", "host", "corn")), ("Access", "", ("word", "secret_word")))

    address = forms.EmailField()
    host = forms.CharField()
    corn = forms.IntegerField(required=False)
    word = forms.CharField(required=False)
    secret_word = forms.CharField()


class Pigeons(base.Channel):
    kind = "pigeons"
    label = "Pigeons"
    can_send = True
    form_path = f"{__name__}.PigeonForm"
    secrets = ("secret_word",)
    trouble: Exception | None = None

    def check(self):
        if self.trouble:
            raise self.trouble


class Drums(base.Channel):
    kind = "drums"
    label = "Drums"


@pytest.fixture(autouse=True)
def pigeons(monkeypatch, settings):
    settings.CHANNELS = {"pigeons": f"{__name__}.Pigeons", "drums": f"{__name__}.Drums"}
    registry.channels.cache_clear()
    monkeypatch.setattr(Pigeons, "trouble", None)
    yield Pigeons
    registry.channels.cache_clear()


TYPED = {"name": "Colombaia", "address": "loft@shop.example", "host": "tower", "corn": "3", "secret_word": "coo-coo"}


@pytest.fixture
def loft(anna_client):
    anna_client.post("/settings/inboxes/new/pigeons/", TYPED)
    return Inbox.objects.get()


def test_anna_adds_an_inbox_and_it_is_tried(anna, anna_client):
    answer = anna_client.post("/settings/inboxes/new/pigeons/", TYPED)
    inbox = Inbox.objects.get()
    assert answer["Location"] == f"/settings/inboxes/{inbox.pk}/"
    assert (inbox.kind, inbox.name, inbox.address) == ("pigeons", "Colombaia", "loft@shop.example")
    assert inbox.settings == {"host": "tower", "corn": 3, "word": "", "secret_word": "coo-coo"}
    assert inbox.is_being_checked
    drain(raise_errors=True)
    inbox.refresh_from_db()
    assert (inbox.is_being_checked, inbox.check_reason) == (False, "")
    event = Event.objects.get()
    assert (event.name, event.by) == ("inbox.created", anna)
    assert event.data["changes"]["host"] == [None, "tower"]
    assert "coo-coo" not in str(event.data)


def test_a_secret_is_never_shown_again_and_stays_when_left_empty(anna_client, loft):
    page = anna_client.get(f"/settings/inboxes/{loft.pk}/")
    assert "tower" in page.text
    assert "coo-coo" not in page.text
    anna_client.post(f"/settings/inboxes/{loft.pk}/", {**TYPED, "host": "barn", "secret_word": ""})
    loft.refresh_from_db()
    assert (loft.settings["host"], loft.settings["secret_word"]) == ("barn", "coo-coo")
    changed = Event.objects.get(name="inbox.changed").data
    assert changed == {"changes": {"host": ["tower", "barn"]}, "secrets": []}


def test_a_refused_form_does_not_echo_the_secret_either(anna_client, loft):
    page = anna_client.post(f"/settings/inboxes/{loft.pk}/", {**TYPED, "address": "no address", "secret_word": "other"})
    assert page.status_code == 200
    assert "coo-coo" not in page.text
    assert 'value="other"' not in page.text
    loft.refresh_from_db()
    assert loft.settings["secret_word"] == "coo-coo"


def test_of_a_new_secret_the_audit_knows_only_that_it_is_new(anna_client, loft):
    anna_client.post(f"/settings/inboxes/{loft.pk}/", {**TYPED, "secret_word": "gru-gru"})
    assert Event.objects.get(name="inbox.changed").data == {"changes": {}, "secrets": ["secret_word"]}


def test_what_the_channel_keeps_for_itself_is_neither_lost_nor_shown(anna_client, loft):
    loft.settings = {**loft.settings, "grant": "from the vendor"}
    loft.save()
    anna_client.post(f"/settings/inboxes/{loft.pk}/", {**TYPED, "host": "barn"})
    loft.refresh_from_db()
    assert loft.settings["grant"] == "from the vendor"
    assert "from the vendor" not in str(list(Event.objects.values_list("data", flat=True)))


def test_the_servers_own_words_are_shown(anna_client, loft, pigeons):
    drain()
    pigeons.trouble = base.NotDelivered("535 wrong coo", permanent=True)
    waiting = anna_client.post(f"/settings/inboxes/{loft.pk}/check/", headers={"hx-request": "true"})
    assert 'hx-trigger="every 1s"' in waiting.text
    drain(raise_errors=True)
    answer = anna_client.get(f"/settings/inboxes/{loft.pk}/check/")
    assert "535 wrong coo" in answer.text
    assert "every 1s" not in answer.text


def test_a_try_that_breaks_off_is_an_answer_too(anna_client, loft, pigeons):
    drain()
    pigeons.trouble = ZeroDivisionError("coo")
    anna_client.post(f"/settings/inboxes/{loft.pk}/check/")
    drain(raise_errors=True)
    loft.refresh_from_db()
    assert loft.check_reason
    assert not loft.is_being_checked


def test_paused_and_resumed_each_once(anna_client, loft):
    for active in ("", "", "yes", "yes"):
        anna_client.post(f"/settings/inboxes/{loft.pk}/activity/", {"active": active})
    names = list(Event.objects.values_list("name", flat=True))
    assert names == ["inbox.created", "inbox.paused", "inbox.resumed"]


def test_an_inbox_of_a_channel_without_a_form_has_an_address(anna_client):
    anna_client.post("/settings/inboxes/new/drums/", {"name": "Tamburi", "address": "the hill"})
    assert (Inbox.objects.get().address, Inbox.objects.get().settings) == ("the hill", {})


@pytest.mark.parametrize("role", ["guest", "agent", "supervisor"])
def test_only_an_administrator_sees_inboxes(make_agent, client, loft, role):
    client.force_login(make_agent("Carla Viola", role=role))
    for address in ("", "new/", "new/pigeons/", f"{loft.pk}/", f"{loft.pk}/check/"):
        assert client.get(f"/settings/inboxes/{address}").status_code == 404
    assert client.post(f"/settings/inboxes/{loft.pk}/activity/").status_code == 404
    loft.refresh_from_db()
    assert loft.is_active
