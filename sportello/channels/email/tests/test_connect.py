"""Anna connects the shop's mailbox from the settings, and it is tried against the real servers."""

import pytest

from sportello.channels.models import Inbox
from sportello.jobs.testing import drain

from .odd_servers import OddSmtp
from .servers import PASSWORD, USER, ImapServer, mail


@pytest.fixture
def imap():
    with ImapServer() as server:
        yield server


@pytest.fixture
def smtp():
    with OddSmtp(features=["AUTH PLAIN LOGIN"]) as server:
        yield server


def typed(imap, smtp, **changes):
    return {
        "name": "Assistenza",
        "address": USER,
        "service": "other",
        "auth": "password",
        "imap_password": PASSWORD,
        "start": "all",
        "imap_host": "127.0.0.1",
        "imap_port": imap.port,
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp.server_address[1],
        "smtp_security": "none",
        "smtp_sign_in": "same",
        **changes,
    }


def test_anna_connects_a_mailbox_and_all_is_well(anna_client, imap, smtp):
    assert anna_client.get("/settings/inboxes/new/email/").status_code == 200
    imap.put(mail(1))
    answer = anna_client.post("/settings/inboxes/new/email/", typed(imap, smtp))
    inbox = Inbox.objects.get()
    assert answer["Location"] == f"/settings/inboxes/{inbox.pk}/"
    drain()
    inbox.refresh_from_db()
    assert inbox.checked_at and inbox.check_reason == ""
    assert any(line.startswith("AUTH") for line in smtp.said) and smtp.mails == []
    assert imap.lines == 0 and imap.flags() == set()


@pytest.mark.parametrize("wrong", ["imap_password", "smtp_port"])
def test_what_the_server_says_is_what_anna_reads(anna_client, imap, smtp, wrong):
    smtp.answers = {"AUTH": "535 5.7.8 bad credentials"} if wrong == "smtp_port" else {}
    changes = {"imap_password": "sbagliata"} if wrong == "imap_password" else {}
    anna_client.post("/settings/inboxes/new/email/", typed(imap, smtp, **changes))
    drain()
    page = anna_client.get(f"/settings/inboxes/{Inbox.objects.get().pk}/").content.decode()
    assert ("AUTHENTICATIONFAILED" if wrong == "imap_password" else "bad credentials") in page
    assert "sbagliata" not in page and PASSWORD not in page


def test_ben_may_not(ben_client):
    assert ben_client.get("/settings/inboxes/new/email/").status_code == 404
