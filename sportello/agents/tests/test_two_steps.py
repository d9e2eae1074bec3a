"""The second step: an app, recovery codes, and a shop that asks everybody for one."""

import hashlib

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client

from sportello.agents.sessions import agent_of
from sportello.events.models import Event
from sportello.jobs.testing import drain

APP = "/settings/security/app/"
NOW = 1_780_000_000


def code_of(secret, at=NOW):
    """What the app on the phone shows at this second."""
    return format_hotp_value(hotp_value(secret, int(at // 30)))


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def inside(enter, password):
    """Ben's browser, where he has just shown who he is."""
    client = Client()
    enter(client)
    client.post("/sign-in/again/", {"password": password})
    return client


@pytest.fixture
def secret(inside, django_capture_on_commit_callbacks):
    """Ben has set up the app; this is its key."""
    secret = inside.get(APP).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        assert inside.post(APP, {"code": code_of(secret)})["Location"] == "/settings/security/codes/"
    return secret


def test_before_a_lock_is_changed_one_shows_again_who_one_is(ben, enter, password):
    ben_client = Client()
    enter(ben_client)
    answer = ben_client.get(APP)
    assert answer["Location"] == "/sign-in/again/?next=%2Fsettings%2Fsecurity%2Fapp%2F"
    again = ben_client.post("/sign-in/again/", {"password": "a guess", "next": APP})
    assert again.status_code == 200
    assert ben_client.get(APP).status_code == 302
    assert ben_client.post("/sign-in/again/", {"password": password, "next": APP})["Location"] == APP
    assert ben_client.get(APP).status_code == 200


def test_a_wrong_code_sets_nothing_up(ben, inside):
    inside.get(APP)
    assert inside.post(APP, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_with_the_app_the_password_alone_opens_nothing(ben, secret, enter, clock):
    clock.shift(60)
    client = Client()
    assert enter(client)["Location"] == "/sign-in/code/"
    assert client.get("/settings/security/").status_code == 302
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    assert client.get("/settings/security/").status_code == 302
    assert client.post("/sign-in/code/", {"code": code_of(secret, NOW + 60)})["Location"] == "/"
    assert client.get("/settings/security/").status_code == 200


def test_a_code_that_was_used_opens_nothing_again(ben, secret, enter, clock):
    clock.shift(60)
    first, overheard = Client(), Client()
    for client in (first, overheard):
        enter(client)
    code = code_of(secret, NOW + 60)
    assert first.post("/sign-in/code/", {"code": code})["Location"] == "/"
    assert overheard.post("/sign-in/code/", {"code": code}).status_code == 200


def test_guessing_the_code_is_kept_waiting(ben, secret, enter, clock):
    clock.shift(60)
    client = Client()
    enter(client)
    for guess in range(5):
        client.post("/sign-in/code/", {"code": f"00000{guess}"})
    assert "Location" not in client.post("/sign-in/code/", {"code": code_of(secret, NOW + 60)}).headers


def test_a_recovery_code_opens_once(ben, inside, secret, enter, clock):
    codes = inside.get("/settings/security/codes.txt").text.split()
    assert len(set(codes)) == 10
    clock.shift(60)
    for location in ("/", None):
        client = Client()
        enter(client)
        assert client.post("/sign-in/code/", {"code": codes[0]}).headers.get("Location") == location
    assert inside.get("/settings/security/codes.txt").text.split() == codes[1:]


def test_no_key_lies_readable_in_the_database(ben, inside, secret):
    codes = inside.get("/settings/security/codes.txt").text.split()
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert secret not in kept
    assert not any(code in kept for code in codes)
    assert seed.startswith("gAAAA"), "encrypted with the key of this installation"
    assert hashlib.sha256(secret.encode()).hexdigest() not in kept


def test_ben_is_told_and_it_is_noted(ben, secret):
    drain(raise_errors=True)
    assert [letter.to for letter in mail.outbox] == [["ben@shop.example"]]
    assert Event.objects.filter(name="agent.app_added", topic=f"agent:{ben.pk}", by=ben).count() == 1
    assert secret not in mail.outbox[0].body


def test_removing_the_app_leaves_the_password(ben, inside, secret, enter):
    assert inside.post(f"{APP}remove/")["Location"] == "/settings/security/"
    assert not Authenticator.objects.exists()
    assert enter(Client())["Location"] == "/"


class TestWhereTheShopAsksForTwoSteps:
    @pytest.fixture(autouse=True)
    def _asks(self, workspace):
        workspace.require_mfa = True
        workspace.save()

    def test_ben_gets_no_further_than_setting_them_up(self, ben, enter):
        ben_client = Client()
        assert enter(ben_client)["Location"] == "/"
        assert ben_client.get("/")["Location"] == "/settings/security/"
        assert ben_client.get("/settings/security/").status_code == 200
        assert ben_client.get("/settings/security/password/").status_code == 200
        assert ben_client.post("/settings/security/other-sessions/")["Location"] == "/settings/security/"
        assert ben_client.post("/sign-out/").status_code == 302

    def test_a_stream_opens_to_him_no_earlier_than_a_page(self, ben, enter):
        ben_client = Client()
        enter(ben_client)
        assert agent_of(ben_client.session.session_key) is None

    def test_with_an_app_he_is_inside(self, ben, inside, secret):
        assert inside.get("/settings/me/").status_code == 200
        assert agent_of(inside.session.session_key) == ben

    def test_he_cannot_take_the_last_one_off(self, ben, inside, secret):
        assert inside.post(f"{APP}remove/").status_code == 200
        assert Authenticator.objects.filter(type="totp").count() == 1
