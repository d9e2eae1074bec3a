"""A shopkeeper types an address, a service and a password; everything else has a sensible beginning."""

from datetime import UTC, datetime

import pytest
import time_machine

from sportello.channels.email.channel import Channel
from sportello.channels.email.forms import EmailForm
from sportello.channels.email.server import server_of
from sportello.channels.email.services import SERVICES

from .servers import certificate

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LITTLE = {
    "address": "info@shop.example",
    "service": "aruba",
    "auth": "password",
    "imap_password": "segretissima",
    "start": "now",
    "smtp_sign_in": "same",
}


def typed(initial=None, **changes):
    """The settings that come of it."""
    with time_machine.travel(NOW, tick=False):
        form = EmailForm({**LITTLE, **changes}, initial=initial or {})
        assert form.is_valid(), form.errors
    return form.cleaned_data


def errors(**changes):
    return set(EmailForm({**LITTLE, **changes}).errors)


def test_an_address_a_service_and_a_password_are_enough():
    settings = typed()
    reading, sending = server_of(settings, "imap"), server_of(settings, "smtp")
    assert (reading.host, reading.port, reading.security) == ("imaps.aruba.it", 993, "tls")
    assert (sending.host, sending.port, sending.security) == ("smtps.aruba.it", 465, "tls")
    assert {(s.user, s.password) for s in (reading, sending)} == {("info@shop.example", "segretissima")}
    assert Channel(settings).fetches()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_complete(service):
    settings = typed(service=service)
    for kind in ("imap", "smtp"):
        server = server_of(settings, kind)
        assert "." in server.host and server.port in (993, 465, 587) and server.security in ("tls", "starttls")


def test_what_is_typed_counts_more_than_the_service():
    settings = typed(imap_host="mail.shop.example", imap_port="1993", imap_security="starttls")
    assert (settings["imap_host"], settings["imap_port"], settings["imap_security"]) == (
        "mail.shop.example",
        1993,
        "starttls",
    )
    assert settings["smtp_host"] == "smtps.aruba.it"


def test_another_service_needs_its_servers():
    assert errors(service="other") == {"imap_host"}
    assert errors(service="other", imap_host="mail.shop.example") == {"imap_port"}
    assert errors(service="other", imap_host="mail.shop.example", imap_port="993", smtp_host="x") == {"smtp_port"}


def test_sending_may_sign_in_otherwise_or_not_at_all():
    own = server_of(typed(smtp_sign_in="own", smtp_user="relay", smtp_password="altra"), "smtp")
    assert (own.user, own.password) == ("relay", "altra")
    assert server_of(typed(smtp_sign_in="none"), "smtp").password == ""


def test_a_provider_needs_no_server_to_read():
    settings = typed(service="other", provider="postmark")
    assert not Channel(settings).fetches() and settings["smtp_host"] == ""
    assert not Channel(typed(provider="postmark")).fetches()


def test_without_a_password_a_client_is_needed():
    assert errors(auth="google") == {"oauth_client"}
    assert errors(auth="google", oauth_client="id") == set()


@pytest.mark.parametrize(
    ("start", "since"),
    [("now", "2026-03-01T12:00:00+00:00"), ("30", "2026-01-30T12:00:00+00:00"), ("all", "")],
)
def test_where_reading_begins(start, since):
    assert typed(start=start)["since"] == since


def test_the_beginning_does_not_move_when_something_else_is_saved():
    before = {"start": "now", "since": "2025-01-01T00:00:00+00:00"}
    assert typed(initial=before, **before)["since"] == "2025-01-01T00:00:00+00:00"
    assert typed(initial=before, **{**before, "start": "30"})["since"] == "2026-01-30T12:00:00+00:00"


def test_a_certificate_must_be_one():
    assert errors(certificate="niente") == {"certificate"}
    assert typed(certificate=certificate()[0].read_text())["certificate"].startswith("-----BEGIN")


def test_passwords_keep_their_spaces():
    assert typed(imap_password=" a b ")["imap_password"] == " a b "
