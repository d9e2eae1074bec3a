"""What providers post is the mail that was sent, whichever of them took it in."""

import hashlib
import hmac
import json
import socket
from pathlib import Path

import pytest

from sportello.channels.base import NotVerified, Unreadable
from sportello.channels.email.channel import Channel
from sportello.channels.email.providers import PROVIDERS

POSTS = sorted((Path(__file__).parent.parent / "fixtures" / "providers").glob("*.post"))
KEY = "chiave-di-firma"


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    """Reading a mail speaks to nobody."""

    def no(*args, **kwargs):
        raise AssertionError("a request left the machine")

    monkeypatch.setattr(socket.socket, "connect", no)
    monkeypatch.setattr(socket, "getaddrinfo", no)


def posted(name):
    """The provider's channel, the body and the headers of a fixture: its first line is the content type."""
    path = next(path for path in POSTS if path.stem == name)
    kind, _, body = path.read_bytes().partition(b"\n")
    return Channel({"provider": name.split("-")[0]}), body, {"content-type": kind.decode()}


@pytest.mark.parametrize("name", [path.stem for path in POSTS])
def test_the_same_mail_comes_out_of_every_post(name):
    channel, body, headers = posted(name)
    (mail,) = channel.parse(body, headers)
    assert (mail.sender.address, mail.sender.name) == ("giulia@posta.example", "Giulia Ferraris")
    assert [party.address for party in (*mail.to, *mail.cc)] == ["info@shop.example", "marco@posta.example"]
    assert mail.subject == "Perché il piatto è scheggiato?"
    assert mail.text.strip() == "Il piatto è arrivato scheggiato. Allego la foto."
    assert (mail.external_id, mail.in_reply_to) == ("piatto.1@posta.example", "conferma.7@shop.example")
    assert mail.references == ("ordine.7@shop.example", "conferma.7@shop.example")
    assert mail.sent_at.isoformat() == "2026-03-04T10:12:01+01:00" or mail.sent_at.hour == 9
    assert [(f.name, f.type, f.content) for f in mail.files] == [("foto.png", "image/png", b"\x89PNG\r\n\x1a\nfoto")]
    assert not mail.spam and not mail.auto_reply


def test_every_provider_is_tried():
    assert {path.stem.split("-")[0] for path in POSTS} == set(PROVIDERS)


def test_the_very_bytes_of_a_mail_are_read_where_they_are_posted():
    channel, body, headers = posted("mailgun-raw")
    assert b"\xe8 arrivato" in body
    assert "è arrivato" in channel.parse(body, headers)[0].text


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"RecordType": "Delivery"}', b"a=b"])
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "", "multipart/form-data"])
def test_anything_else_goes_to_quarantine(provider, body, kind):
    with pytest.raises(Unreadable):
        Channel({"provider": provider}).parse(body, {"content-type": kind})


def test_a_mail_to_be_fetched_is_told_as_such():
    form = '--x\r\nContent-Disposition: form-data; name="attachments"\r\n\r\n[{"url": "https://…"}]\r\n--x--\r\n'
    with pytest.raises(Unreadable, match=r"store\(\)"):
        Channel({"provider": "mailgun"}).parse(form.encode(), {"content-type": "multipart/form-data; boundary=x"})


def test_mailgun_signs():
    channel, body, headers = posted("mailgun-raw")
    channel.settings = {"provider": "mailgun", "provider_key": KEY}
    channel.verify(body, headers)
    channel.settings = {"provider": "mailgun", "provider_key": "another"}
    with pytest.raises(NotVerified, match="Mailgun"):
        channel.verify(body, headers)


def test_mailersend_signs():
    _, body, headers = posted("mailersend-raw")
    channel = Channel({"provider": "mailersend", "provider_key": KEY})
    signature = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    channel.verify(body, {**headers, "signature": signature})
    for wrong in ({}, {"signature": "0" * 64}):
        with pytest.raises(NotVerified):
            channel.verify(body, {**headers, **wrong})


def test_without_a_key_the_secret_address_is_the_proof():
    for name in ("mailgun-raw", "postmark-parsed", "sendgrid-raw"):
        channel, body, headers = posted(name)
        channel.verify(body, headers)


def test_an_inbox_without_a_provider_takes_the_mail_itself():
    raw = json.loads(posted("postmark-raw")[1])["RawEmail"].encode()
    (mail,) = Channel({}).parse(raw, {"content-type": "message/rfc822"})
    assert mail.external_id == "piatto.1@posta.example"


def test_what_is_fetched_is_a_mail_also_when_there_is_a_provider():
    raw = json.loads(posted("postmark-raw")[1])["RawEmail"].encode()
    assert Channel({"provider": "postmark"}).parse(raw)[0].external_id == "piatto.1@posta.example"
