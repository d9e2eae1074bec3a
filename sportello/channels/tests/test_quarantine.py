"""Quarantine: what could not be read is looked at, run again, put aside; once, and by supervisors alone."""

import json

import pytest
from django.test import Client
from django.utils.html import escape

from sportello.channels import quarantine, registry
from sportello.channels.models import Delivery, Inbox
from sportello.channels.quarantine_queries import PAGE, peek, shown
from sportello.channels.storing import LARGEST_IN_ROW, store
from sportello.conversations.models import Message
from sportello.events.models import Event
from sportello.jobs.testing import drain

PAGE_OF_ALL = "/settings/quarantine/"
FAULT = "It could not be understood: KeyError: 'x'"
GOOD = json.dumps({"id": "a", "from": "paolo@posta.example", "text": "Dov'è?"}).encode()
BROKEN = b'{"id": '
MAIL = b"From: =?utf-8?q?Rosanna_Vital=C3=A8?= <rosanna@posta.example>\r\nSubject: Una pignatta\r\n\r\nBuongiorno"
HOSTILE = b"Subject: <script>alert(1)</script>\r\n\r\n</pre><img src=x onerror=alert(2)>\x00\x1b[31m\xe2\x80\xaeabc\xff"


@pytest.fixture(autouse=True)
def _reads_json(settings):
    """The test channel in place of e-mail."""
    settings.CHANNELS = {"email": "sportello.testing.Channel"}
    registry.channels.cache_clear()
    yield
    registry.channels.cache_clear()


@pytest.fixture
def carla_client(make_agent):
    client = Client()
    client.force_login(make_agent("Carla Viola", role="supervisor", language="en"))
    return client


@pytest.fixture
def held(inbox):
    """Make a delivery that waits in quarantine."""

    def make(body=GOOD, reason=FAULT, inbox=inbox, **fields):
        key = str(Delivery.objects.count())
        known = {"attempts": 4, "size": len(body), "state": "quarantined", **fields}
        return Delivery.objects.create(inbox=inbox, key=key, body=body, reason=reason, **known)

    return make


def states():
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


def happened():
    return list(Event.objects.filter(name__in=["delivery.released", "delivery.discarded"]).values_list("name", "topic"))


def listed(client, path=PAGE_OF_ALL):
    return [delivery.pk for delivery, _peek in client.get(path).context["page"].rows]


def test_an_empty_quarantine_says_so(carla_client):
    text = carla_client.get(PAGE_OF_ALL).content.decode()
    assert "Everything could be read" in text
    assert "held__do" not in text


def test_the_list_says_what_came_from_whom_and_why(carla_client, held):
    held(MAIL, "The mail is broken.")
    text = carla_client.get(PAGE_OF_ALL).content.decode()
    for words in ("Una pignatta", "Rosanna Vitalè &lt;rosanna@posta.example&gt;", "The mail is broken.", "Assistenza"):
        assert words in text
    assert "Everything could be read" not in text


def test_what_a_channel_says_is_said_in_the_language_of_the_reader(anna_client, held):
    held(b"", "The mail is empty.")
    text = anna_client.get(PAGE_OF_ALL).content.decode()
    assert text.count("La mail è vuota.") == 2  # as a reason, and beside the delivery
    assert ">The mail is empty." not in text


def test_one_can_look_at_those_of_one_reason_with_their_number(carla_client, held):
    first, second, other = held(), held(), held(reason="Empty.")
    held(reason="Empty.", state="read")
    held(reason="Empty.", state="discarded")
    page = carla_client.get(PAGE_OF_ALL)
    assert page.context["reasons"] == [(FAULT, 2), ("Empty.", 1)]
    assert listed(carla_client) == [other.pk, second.pk, first.pk]
    assert [delivery.pk for delivery, _peek in _of(carla_client, FAULT)] == [second.pk, first.pk]
    buttons = page.content.decode()
    assert ("Run all 2 again" in buttons, buttons.count("> Run again<")) == (True, 3)


def _of(client, reason):
    return client.get(PAGE_OF_ALL, {"reason": reason}).context["page"].rows


def test_a_long_list_goes_on_where_it_ended(carla_client, held):
    every = [held().pk for _ in range(PAGE + 2)][::-1]
    page = carla_client.get(PAGE_OF_ALL).context["page"]
    assert listed(carla_client) == every[:PAGE]
    assert listed(carla_client, f"{PAGE_OF_ALL}?before={page.older}") == every[PAGE:]
    assert listed(carla_client, f"{PAGE_OF_ALL}?before=nonsense") == every[:PAGE]


def test_run_again_it_is_read_and_stands_at_the_desk(carla_client, held):
    delivery = held()
    assert carla_client.post(f"{PAGE_OF_ALL}{delivery.pk}/release/")["Location"] == PAGE_OF_ALL
    assert Delivery.objects.values_list("state", "attempts", "leased_until").get() == ("arrived", 0, None)
    drain(raise_errors=True)
    assert Delivery.objects.values_list("state", "reason").get() == ("read", "")
    assert Message.objects.get().text == "Dov'è?"


def test_run_again_in_vain_it_comes_back_with_its_reason(anna, held):
    quarantine.run_again(held(BROKEN), by=anna)
    drain(raise_errors=True)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("quarantined", 1)
    assert delivery.reason.startswith("Not a line of JSON")
    assert Message.objects.count() == 0


def test_run_again_twice_is_once(anna, held):
    delivery = held()
    assert quarantine.run_again(delivery, by=anna) is True
    assert quarantine.run_again(delivery, by=anna) is False
    event = Event.objects.get(name="delivery.released")
    assert (event.topic, event.by) == (f"inbox:{delivery.inbox_id}", anna)
    assert event.data == {"count": 1, "reason": FAULT, "delivery": delivery.pk}
    drain(raise_errors=True)
    assert quarantine.run_again(delivery, by=anna) is False
    assert (states(), Message.objects.count()) == (["read"], 1)


def test_who_comes_second_is_told(carla_client, anna, held):
    delivery = held()
    quarantine.run_again(delivery, by=anna)
    for verb in ("release", "removal"):
        answer = carla_client.post(f"{PAGE_OF_ALL}{delivery.pk}/{verb}/", follow=True)
        assert "somebody was quicker" in answer.content.decode()
    assert (states(), happened()) == (["arrived"], [("delivery.released", f"inbox:{delivery.inbox_id}")])


def test_all_of_one_reason_run_again_with_one_event_for_each_inbox(carla_client, inbox, held):
    second = Inbox.objects.create(kind="email", name="Ordini", address="ordini@shop.example")
    held(), held(), held(inbox=second)
    held(reason="Empty."), held(state="discarded")
    answer = carla_client.post(f"{PAGE_OF_ALL}release/", {"reason": FAULT}, follow=True)
    assert "3 are being read again." in answer.content.decode()
    assert states() == ["arrived", "arrived", "arrived", "quarantined", "discarded"]
    counts = Event.objects.filter(name="delivery.released").values_list("topic", "data__count")
    assert sorted(counts) == sorted([(f"inbox:{inbox.pk}", 2), (f"inbox:{second.pk}", 1)])
    assert quarantine.run_again_all(FAULT, by=None) == 0
    assert len(happened()) == 2


def test_what_is_put_aside_is_kept_and_can_be_run_again(carla_client, held):
    delivery = held()
    for _ in range(2):
        carla_client.post(f"{PAGE_OF_ALL}{delivery.pk}/removal/")
    assert (states(), happened()) == (["discarded"], [("delivery.discarded", f"inbox:{delivery.inbox_id}")])
    assert (listed(carla_client), listed(carla_client, f"{PAGE_OF_ALL}aside/")) == ([], [delivery.pk])
    drain(raise_errors=True)
    assert Message.objects.count() == 0
    carla_client.post(f"{PAGE_OF_ALL}{delivery.pk}/release/")
    drain(raise_errors=True)
    assert (states(), Message.objects.count()) == (["read"], 1)


def test_what_is_hostile_does_nothing_on_the_page(carla_client, held):
    pk = held(HOSTILE, "<b>no</b>").pk
    for path in (PAGE_OF_ALL, f"{PAGE_OF_ALL}{pk}/"):
        text = carla_client.get(path).content.decode()
        assert "<script>alert" not in text and "<b>no" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert escape("</pre><img src=x onerror=alert(2)>") + "␀␛[31m\\u202eabc\\xff" in text
    assert "<img src=x" not in text


def test_the_original_is_saved_and_never_shown(carla_client, held):
    answer = carla_client.get(f"{PAGE_OF_ALL}{(delivery := held(HOSTILE)).pk}/original/")
    assert answer.content == HOSTILE
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="delivery-{delivery.pk}.bin"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_of_a_large_one_the_page_shows_the_beginning_and_the_original_is_whole(carla_client, inbox):
    body = b"Subject: Grande\r\n\r\n" + b"x" * LARGEST_IN_ROW + b"the very end"
    store(inbox.pk, [("large", body, "It is too large.")])
    delivery = Delivery.objects.get()
    assert (delivery.state, bool(delivery.path)) == ("quarantined", True)
    assert "Grande" in carla_client.get(PAGE_OF_ALL).content.decode()
    text = carla_client.get(f"{PAGE_OF_ALL}{delivery.pk}/").content.decode()
    assert "This is its beginning" in text and "it did not come whole" in text and "the very end" not in text
    assert carla_client.get(f"{PAGE_OF_ALL}{delivery.pk}/original/").content == body


def test_one_whose_file_is_gone_says_so(carla_client, held):
    pk = held(b"", path="deliveries/00/00", size=70_000).pk
    assert carla_client.get(PAGE_OF_ALL).status_code == 200
    assert "Its file is no longer there." in carla_client.get(f"{PAGE_OF_ALL}{pk}/").content.decode()
    assert carla_client.get(f"{PAGE_OF_ALL}{pk}/original/").status_code == 404


def test_what_was_read_is_not_to_be_seen_here(carla_client, held):
    pk = held(state="read").pk
    for path in ("", "original/"):
        assert carla_client.get(f"{PAGE_OF_ALL}{pk}/{path}").status_code == 404


@pytest.mark.parametrize("name", ["ben_client", "cleo_client"])
def test_agents_find_nothing_there(name, request, held):
    client, pk = request.getfixturevalue(name), held().pk
    for path in ("", "aside/", f"{pk}/", f"{pk}/original/"):
        assert client.get(PAGE_OF_ALL + path).status_code == 404
    for path in ("release/", f"{pk}/release/", f"{pk}/removal/"):
        assert client.post(PAGE_OF_ALL + path, {"reason": FAULT}).status_code == 404
    assert (states(), happened()) == (["quarantined"], [])


def test_nothing_happens_without_the_token_of_the_form_nor_by_looking(make_agent, held):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_agent("Carla Viola", role="supervisor", language="en"))
    for path in ("release/", f"{(pk := held().pk)}/release/", f"{pk}/removal/"):
        assert client.post(PAGE_OF_ALL + path, {"reason": FAULT}).status_code == 403
        assert client.get(PAGE_OF_ALL + path).status_code == 405
    assert (states(), happened()) == (["quarantined"], [])


@pytest.mark.parametrize(
    ("body", "sender", "subject"),
    [
        (MAIL, "Rosanna Vitalè <rosanna@posta.example>", "Una pignatta"),
        (b'From: "Vitale, Rosanna" <r@posta.example>\n\n', "Vitale, Rosanna <r@posta.example>", ""),
        ("From: è@posta.example\nSubject: Perché\n\n".encode(), "è@posta.example", "Perché"),
        (b"Subject: =?klingon?b?Zm9v?=\n\n", "", "=?klingon?b?Zm9v?="),
        (b"Subject: =?utf-8?b?Z?=\n\n", "", "=?utf-8?b?Z?="),
        (b"Subject: a\n\tb \x07c\n\n", "", "a b c"),
        (b"Subject: " + b"x" * 900, "", "x" * 200),
        (GOOD, "", ""),
        (b"\xff\x00\n:", "", ""),
        (b"", "", ""),
    ],
)
def test_a_peek_says_what_it_can_and_raises_nothing(body, sender, subject):
    assert (peek(body).sender, peek(body).subject) == (sender, subject)


def test_bytes_are_shown_as_text_that_does_nothing():
    assert shown("a\r\nè\tb".encode() + b"\xe8\r\x08\x7f") == "a\nè\tb\\xe8␍␈\\u007f"
