"""Anna agrees at Google that the desk may read the shop's mailbox, and comes back."""

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from sportello.channels.models import Inbox
from sportello.events.models import Event
from sportello.jobs.models import Job
from sportello.jobs.testing import drain
from sportello.lib import http


@pytest.fixture
def vendor(monkeypatch):
    """Google's answer to a code, and what it was asked."""
    vendor = {"answer": (200, {"access_token": "a", "refresh_token": "lasting"}), "asked": []}

    def answer(request):
        vendor["asked"].append({k: v[0] for k, v in parse_qs(request.content.decode()).items()})
        status, told = vendor["answer"]
        return httpx2.Response(status, json=told)

    monkeypatch.setattr(http, "transport", lambda: httpx2.MockTransport(answer))
    monkeypatch.setattr("sportello.channels.email.channel.Channel.check", lambda self: None)
    return vendor


@pytest.fixture
def mailbox(inbox):
    inbox.settings = {"auth": "google", "oauth_client": "our-id", "oauth_secret": "our-secret", "imap_host": "x"}
    inbox.save()
    return inbox


def go(client, inbox):
    """To the vendor: what its address says."""
    answer = client.get(f"/settings/inboxes/{inbox.pk}/consent/")
    url = urlsplit(answer["Location"])
    return url.hostname, {k: v[0] for k, v in parse_qs(url.query).items()}


def come_back(client, **said):
    return client.get("/settings/inboxes/consent/?" + urlencode(said))


def test_anna_agrees_and_the_permission_is_kept(anna_client, mailbox, vendor):
    host, asked = go(anna_client, mailbox)
    assert host == "accounts.google.com"
    assert asked["redirect_uri"] == "http://localhost:8000/settings/inboxes/consent/"
    assert come_back(anna_client, state=asked["state"], code="once")["Location"] == f"/settings/inboxes/{mailbox.pk}/"
    assert "once" not in str(Job.objects.values_list("args", flat=True))
    drain()
    mailbox.refresh_from_db()
    assert mailbox.settings["oauth_refresh"] == "lasting" and mailbox.check_reason == ""
    assert not mailbox.is_being_checked
    assert vendor["asked"][0]["code"] == "once" and vendor["asked"][0]["redirect_uri"] == asked["redirect_uri"]
    event = Event.objects.get(name="inbox.changed")
    assert event.by.name == "Anna Riva" and event.data["secrets"] == ["oauth_refresh"]
    assert "lasting" not in str(event.data)


def test_anna_does_not_agree(anna_client, mailbox, vendor):
    state = go(anna_client, mailbox)[1]["state"]
    come_back(anna_client, state=state, error="access_denied")
    mailbox.refresh_from_db()
    assert mailbox.check_reason == "access_denied" and "oauth_refresh" not in mailbox.settings


def test_google_does_not_want_the_code(anna_client, mailbox, vendor):
    vendor["answer"] = (400, {"error": "invalid_grant", "error_description": "Bad Request"})
    come_back(anna_client, state=go(anna_client, mailbox)[1]["state"], code="old")
    drain()
    mailbox.refresh_from_db()
    assert "Bad Request" in mailbox.check_reason and "oauth_refresh" not in mailbox.settings


def test_who_did_not_begin_it_cannot_end_it(anna_client, make_agent, mailbox, vendor, client):
    state = go(anna_client, mailbox)[1]["state"]
    client.force_login(make_agent("Dino Sala", role="admin"))
    assert come_back(client, state=state, code="once").status_code == 400
    assert come_back(client, state=state + "x", code="once").status_code == 400
    assert come_back(client, code="once").status_code == 400
    assert not Job.objects.exists() and vendor["asked"] == []


def test_an_inbox_with_a_password_asks_nobody(anna_client, inbox):
    assert anna_client.get(f"/settings/inboxes/{inbox.pk}/consent/")["Location"] == f"/settings/inboxes/{inbox.pk}/"
    page = anna_client.get(f"/settings/inboxes/{inbox.pk}/").content.decode()
    assert "/consent/" not in page


def test_the_button_is_there(anna_client, mailbox):
    page = anna_client.get(f"/settings/inboxes/{mailbox.pk}/").content.decode()
    assert f'href="/settings/inboxes/{mailbox.pk}/consent/"' in page


def test_ben_may_not(ben_client, mailbox):
    assert ben_client.get(f"/settings/inboxes/{mailbox.pk}/consent/").status_code == 404
    assert come_back(ben_client, state="x", code="y").status_code == 404
    assert not Inbox.objects.exclude(checked_at=None).exists()
