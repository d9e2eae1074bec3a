"""At the door: who comes in, who does not, and what nobody can find out."""

import re
from unittest.mock import Mock

from django.core import mail
from django.test import Client
from django.utils import timezone

from sportello.agents import letters
from sportello.agents.jobs import forget_ended_sessions
from sportello.agents.models import Agent, Session
from sportello.agents.sessions import agent_of
from sportello.events.models import Event
from sportello.jobs.testing import drain


def test_ben_comes_in_and_goes_where_he_wanted(enter, ben, client):
    answer = client.get("/settings/security/")
    assert answer["Location"] == "/sign-in/?next=/settings/security/"
    answer = enter(client, next="/settings/security/")
    assert answer["Location"] == "/settings/security/"
    assert client.get("/settings/security/").status_code == 200
    assert [event.name for event in Event.objects.all()] == ["agent.signed_in"]


def test_his_address_may_be_written_in_capitals(enter, ben, client):
    assert enter(client, email="BEN@Shop.Example")["Location"] == "/"


def test_nobody_is_led_away_from_here_after_signing_in(enter, ben, client):
    assert enter(client, next="https://evil.example/")["Location"] == "/"


def test_signing_out_ends_the_session_and_needs_a_post(ben, ben_client):
    key = ben_client.session.session_key
    assert ben_client.get("/sign-out/").status_code == 405
    assert agent_of(key) == ben
    ben_client.post("/sign-out/")
    assert agent_of(key) is None
    assert ben_client.get("/settings/security/").status_code == 302


def test_a_stranger_and_a_wrong_password_look_the_same(enter, ben, client):
    wrong = enter(client, password="not his")
    unknown = enter(client, email="nobody@shop.example")
    hide = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|value="[^"]*@shop.example"')
    assert hide.sub("", wrong.text) == hide.sub("", unknown.text)
    assert wrong.status_code == unknown.status_code == 200
    assert not Event.objects.exists()


def test_who_left_does_not_come_in(enter, ben, client):
    Agent.objects.filter(pk=ben.pk).update(is_active=False)
    assert enter(client)["Location"] == "/sign-in/inactive/"
    assert enter(client, password="not his").status_code == 200
    assert client.get("/settings/security/").status_code == 302


def test_a_sixth_guess_is_kept_waiting_even_with_the_right_password(enter, ben, client):
    for _guess in range(5):
        enter(client, password="a guess")
    assert "Location" not in enter(client).headers
    other = Client(REMOTE_ADDR="198.51.100.7")
    assert "Location" not in enter(other).headers


def test_nobody_signs_up(client, workspace, anna):
    assert client.get("/signup/").status_code == 404
    assert client.post("/sign-in/signup/").status_code == 404


def test_forms_need_their_token(enter, ben):
    strict = Client(enforce_csrf_checks=True)
    assert enter(strict).status_code == 403
    strict.get("/sign-in/")
    token = strict.cookies["csrftoken"].value
    assert enter(strict, csrfmiddlewaretoken=token)["Location"] == "/"


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(enter, ben, ben_client, client):
    answer = client.post("/sign-in/password/", {"email": "Ben@shop.example"})
    assert answer["Location"] == "/sign-in/password/sent/"
    drain(raise_errors=True)
    letter = mail.outbox[0]
    assert letter.to == ["ben@shop.example"]
    link = re.search(r"http://localhost:8000(/sign-in/password/\S+)", letter.body).group(1)
    form = client.get(link)["Location"]
    assert link not in form
    changed = client.post(form, {"password1": "un'altra frase lunga"})
    assert changed["Location"] == "/sign-in/password/changed/"
    assert enter(client, password="un'altra frase lunga")["Location"] == "/"
    assert ben_client.get("/settings/security/").status_code == 302, "every other browser is signed out"
    assert "token_fail" in Client().get(link).context
    assert "agent.password_reset" in Event.objects.values_list("name", flat=True)


def test_asking_for_a_strangers_password_answers_the_same_and_writes_to_nobody(ben, client, django_assert_num_queries):
    known = client.post("/sign-in/password/", {"email": "ben@shop.example"})
    unknown = client.post("/sign-in/password/", {"email": "nobody@shop.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    drain(raise_errors=True)
    assert [letter.to for letter in mail.outbox] == [["ben@shop.example"]]


def test_the_link_to_a_new_password_names_our_own_address_whatever_the_request_says(ben, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client(SERVER_NAME="evil.example").post("/sign-in/password/", {"email": "ben@shop.example"})
    drain(raise_errors=True)
    assert "evil.example" not in mail.outbox[0].body


def test_a_letter_leaves_through_the_shops_own_inbox_where_no_server_is_named(ben, inbox, settings, monkeypatch):
    settings.EMAIL_IS_SET = False
    channel = Mock()
    monkeypatch.setattr(letters, "channel_of", lambda inbox: channel)
    letters.help_to_a_new_password.enqueue("ben@shop.example")
    drain(raise_errors=True)
    assert mail.outbox == []
    letter = channel.send.call_args.args[0]
    assert (letter.sender.address, letter.to[0].address) == ("info@shop.example", "ben@shop.example")


def test_who_is_put_out_is_out_at_once(ben, ben_client):
    assert ben_client.get("/settings/security/").status_code == 200
    key = ben_client.session.session_key
    Agent.objects.filter(pk=ben.pk).update(is_active=False)
    assert ben_client.get("/settings/security/").status_code == 302
    assert agent_of(key) is None


def test_a_session_knows_its_device_and_ends_everywhere_else(enter, ben):
    here, there = (
        Client(headers={"user-agent": f"Mozilla/5.0 ({name}) Firefox/140.0"}) for name in ("Windows", "X11; Linux")
    )
    for client in (here, there):
        enter(client)
    assert sorted(Session.objects.values_list("agent", "device", "address")) == [
        (ben.pk, "Mozilla/5.0 (Windows) Firefox/140.0", "127.0.0.1"),
        (ben.pk, "Mozilla/5.0 (X11; Linux) Firefox/140.0", "127.0.0.1"),
    ]
    page = here.get("/settings/security/")
    assert "Firefox · Windows" in page.text
    assert "Firefox · Linux" in page.text
    assert here.post("/settings/security/other-sessions/")["Location"] == "/settings/security/"
    assert here.get("/settings/security/").status_code == 200
    assert there.get("/settings/security/").status_code == 302


def test_sessions_whose_time_is_over_are_forgotten(ben, ben_client, client):
    client.force_login(ben)
    ended = client.session.session_key
    Session.objects.filter(pk=ended).update(expire_date=timezone.now() - timezone.timedelta(seconds=1))
    assert agent_of(ended) is None
    forget_ended_sessions.enqueue()
    drain(raise_errors=True)
    assert list(Session.objects.values_list("pk", flat=True)) == [ben_client.session.session_key]


def test_last_seen_is_written_once_an_hour_and_the_start_is_kept(ben, ben_client):
    before = timezone.now() - timezone.timedelta(hours=2)
    Session.objects.update(seen_at=before, started_at=before)
    ben_client.get("/settings/security/")
    session = Session.objects.get()
    assert timezone.now() - session.seen_at < timezone.timedelta(minutes=1)
    assert session.started_at == before
    seen = session.seen_at
    ben_client.get("/settings/security/")
    assert Session.objects.get().seen_at == seen


def test_a_part_of_a_page_says_where_to_sign_in_instead_of_swallowing_the_page(workspace, anna, client):
    answer = client.get(
        "/settings/security/", headers={"hx-request": "true", "hx-current-url": "http://testserver/conversations/1"}
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/sign-in/?next=/conversations/1"


def test_a_machine_is_refused_without_a_page(workspace, anna, client):
    assert client.get("/settings/security/", headers={"accept": "application/json"}).status_code == 401
