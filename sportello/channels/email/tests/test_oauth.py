"""Google and Microsoft: a token for an hour, asked for when it is needed; clear words when the permission is gone."""

import base64
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from sportello.channels.base import NotDelivered, NotFetched
from sportello.channels.email import oauth
from sportello.channels.email.channel import Channel
from sportello.lib import http

from .odd_servers import OddImap, OddSmtp
from .servers import mail
from .test_send import REPLY

SETTINGS = {
    "address": "info@shop.example",
    "auth": "google",
    "oauth_client": "our-id",
    "oauth_secret": "our-secret",
    "oauth_refresh": "refresh-1",
}


@pytest.fixture
def vendor(monkeypatch):
    """What Google or Microsoft answers; `asked` is what they heard."""

    class Vendor:
        status, answer, asked = 200, {"access_token": "token-1", "expires_in": 3600}, []

        def __call__(self, request):
            self.asked.append((str(request.url), {k: v[0] for k, v in parse_qs(request.content.decode()).items()}))
            if isinstance(self.answer, Exception):
                raise self.answer
            return httpx2.Response(self.status, json=self.answer)

    vendor = Vendor()
    vendor.asked = []
    monkeypatch.setattr(http, "transport", lambda: httpx2.MockTransport(vendor))
    monkeypatch.setattr(oauth, "_tokens", {})
    return vendor


def token(settings=SETTINGS, renewed=None, at=1000.0):
    return oauth.access_token(settings, {} if renewed is None else renewed, clock=lambda: at)


def test_a_token_is_asked_for_once_and_used_until_shortly_before_its_end(vendor):
    assert token() == "token-1"
    vendor.answer = {"access_token": "token-2", "expires_in": 3600}
    assert token(at=1000 + 3600 - oauth.EARLY - 1) == "token-1"
    assert token(at=1000 + 3600 - oauth.EARLY) == "token-2"
    url, asked = vendor.asked[0]
    assert url == "https://oauth2.googleapis.com/token" and len(vendor.asked) == 2
    assert asked == {
        "client_id": "our-id",
        "client_secret": "our-secret",
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
        "scope": "https://mail.google.com/",
    }


def test_microsoft_changes_the_refresh_token_and_it_is_kept(vendor):
    settings = {**SETTINGS, "auth": "microsoft", "oauth_tenant": "our-tenant"}
    vendor.answer = {"access_token": "token-1", "refresh_token": "refresh-2", "expires_in": 3600}
    renewed = {}
    token(settings, renewed)
    assert renewed == {"oauth_refresh": "refresh-2"}
    assert vendor.asked[0][0] == "https://login.microsoftonline.com/our-tenant/oauth2/v2.0/token"
    assert token({**settings, "oauth_refresh": "refresh-2"}) == "token-1" and len(vendor.asked) == 1


@pytest.mark.parametrize(
    ("status", "answer", "permanent", "words"),
    [
        (400, {"error": "invalid_grant", "error_description": "Token has been revoked."}, True, "has been revoked"),
        (401, {"error": "invalid_client"}, True, "invalid_client"),
        (503, {"error": "temporarily_unavailable"}, False, "temporarily_unavailable"),
        (500, "oops", False, "HTTP 500"),
        (200, {}, False, "HTTP 200"),
        (200, httpx2.ReadTimeout("too slow"), False, "too slow"),
    ],
)
def test_why_there_is_no_token(vendor, status, answer, permanent, words):
    vendor.status, vendor.answer = status, answer
    with pytest.raises(oauth.GrantFailed, match=words) as failure:
        token()
    assert failure.value.permanent is permanent
    assert "our-secret" not in str(failure.value) and "refresh-1" not in str(failure.value)


def test_nobody_has_agreed_yet(vendor):
    with pytest.raises(oauth.GrantFailed) as failure:
        token({**SETTINGS, "oauth_refresh": ""})
    assert failure.value.permanent and vendor.asked == []


def test_asking_the_shopkeeper():
    url = urlsplit(oauth.consent_url(SETTINGS, redirect_uri="https://desk.example/back", state="s1"))
    asked = {k: v[0] for k, v in parse_qs(url.query).items()}
    assert url.hostname == "accounts.google.com" and asked["state"] == "s1" and asked["access_type"] == "offline"
    assert asked["login_hint"] == "info@shop.example" and asked["redirect_uri"] == "https://desk.example/back"


def test_the_code_that_comes_back_becomes_a_refresh_token(vendor):
    vendor.answer = {"access_token": "a", "refresh_token": "refresh-9"}
    assert oauth.redeem(SETTINGS, code="c", redirect_uri="https://desk.example/back") == "refresh-9"
    vendor.answer = {"access_token": "a"}
    with pytest.raises(oauth.GrantFailed):
        oauth.redeem(SETTINGS, code="c", redirect_uri="https://desk.example/back")


SIGN = base64.b64encode(b"user=info@shop.example\1auth=Bearer token-1\1\1").decode()


def test_reading_and_sending_with_a_token(vendor):
    with OddImap({3: mail(3)}) as imap, OddSmtp(features=["AUTH XOAUTH2"]) as smtp:
        channel = Channel({**imap.settings, **smtp.settings, **SETTINGS})
        bodies = [m.body for batch in channel.fetch({}) for m in batch.messages]
        channel.close()
        channel.send(REPLY, handing_over=lambda: None)
    assert bodies == [mail(3)] and SIGN in imap.said
    assert f"AUTH XOAUTH2 {SIGN}" in smtp.said and len(smtp.mails) == 1
    assert len(vendor.asked) == 1


def test_a_token_the_server_does_not_want_is_told_and_another_is_asked_for_next_time(vendor):
    with OddImap() as imap, OddSmtp(features=["AUTH XOAUTH2"]) as smtp:
        imap.refuses_tokens = smtp.refuses_tokens = True
        channel = Channel({**imap.settings, **smtp.settings, **SETTINGS})
        for _ in range(2):
            with pytest.raises(NotFetched, match="token not accepted") as failure:
                list(channel.fetch({}))
            assert failure.value.permanent
        with pytest.raises(NotDelivered, match="token not accepted") as failure:
            channel.send(REPLY, handing_over=lambda: None)
    assert failure.value.permanent and smtp.mails == []
    assert len(vendor.asked) == 4


def test_a_revoked_permission_stops_reading_and_sending_in_words(vendor):
    vendor.status, vendor.answer = 400, {"error": "invalid_grant", "error_description": "revoked"}
    channel = Channel({**SETTINGS, "imap_host": "imap.example", "smtp_host": "smtp.example"})
    with pytest.raises(NotFetched, match=r"Google .*revoked") as failure:
        list(channel.fetch({}))
    assert failure.value.permanent
    with pytest.raises(NotDelivered, match=r"Google .*revoked"):
        channel.send(REPLY, handing_over=lambda: None)
