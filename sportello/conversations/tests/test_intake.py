"""Reading what arrived: nothing lost, one bad mail stops nobody."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from sportello.channels.models import Delivery
from sportello.channels.storing import store
from sportello.conversations import intake
from sportello.conversations.models import Conversation, Message
from sportello.jobs.testing import drain

pytestmark = pytest.mark.usefixtures("server")


def line(id_, **fields):
    return json.dumps({"id": id_, "from": "paolo@posta.example", "text": "Dov'è?", **fields}).encode()


def states():
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


def test_what_is_stored_is_read_by_the_next_job(inbox):
    store(inbox.pk, [("a", line("a")), ("b", line("b"))])
    assert Message.objects.count() == 0
    drain(raise_errors=True)
    assert states() == ["read", "read"]
    assert Conversation.objects.count() == 2


def test_an_unreadable_one_is_put_aside_with_its_reason_and_the_others_are_read(inbox):
    store(inbox.pk, [("a", line("a")), ("bad", b"{"), ("b", line("b"))])
    drain(raise_errors=True)
    assert states() == ["read", "quarantined", "read"]
    assert "Not a line of JSON" in Delivery.objects.get(key="bad").reason


def test_one_that_cannot_be_stored_is_put_aside_alone(inbox, monkeypatch):
    real = intake.receive_many

    def refuse(arrived):
        if any(one.inbound.external_id == "bad" for one in arrived):
            raise ValueError("no such thing")
        return real(arrived)

    monkeypatch.setattr(intake, "receive_many", refuse)
    store(inbox.pk, [("a", line("a")), ("bad", line("bad")), ("b", line("b"))])
    drain(raise_errors=True)
    assert states() == ["read", "quarantined", "read"]
    assert Delivery.objects.get(key="bad").reason.endswith("ValueError: no such thing")


def test_a_full_disk_is_nobodys_fault_and_all_come_back(inbox, monkeypatch):
    def full(arrived):
        raise OperationalError("database or disk is full")

    store(inbox.pk, [("a", line("a"))])
    with monkeypatch.context() as patch:
        patch.setattr(intake, "receive_many", full)
        with pytest.raises(OperationalError):
            intake.read_waiting.call()
    assert Delivery.objects.values_list("state", "attempts", "leased_until").get() == ("arrived", 0, None)
    intake.read_waiting.call()
    assert states() == ["read"]


def test_what_another_reader_holds_is_left_alone_until_its_lease_ends(inbox, time_machine):
    time_machine.move_to("2026-11-20 09:00 +0000", tick=False)
    store(inbox.pk, [("a", line("a"))])
    assert [one.key for one in intake.take()] == ["a"]
    assert intake.take() == []
    time_machine.shift(timedelta(minutes=3))
    assert [one.key for one in intake.take()] == ["a"]


def test_a_mail_that_kills_its_reader_three_times_is_put_aside_and_the_queue_goes_on(inbox):
    store(inbox.pk, [("killer", line("killer")), ("b", line("b"))])
    Delivery.objects.filter(key="killer").update(attempts=3, leased_until=timezone.now() - timedelta(minutes=1))
    drain(raise_errors=True)
    assert states() == ["quarantined", "read"]


def test_one_that_was_tried_before_is_read_alone(inbox):
    store(inbox.pk, [("a", line("a")), ("b", line("b")), ("c", line("c"))])
    Delivery.objects.filter(key="b").update(attempts=1)
    taken = [[one.key for one in intake.take()] for _ in range(4)]
    assert taken == [["a"], ["b"], ["c"], []]


def test_what_would_not_fit_in_memory_together_is_read_apart(inbox):
    half = b" " * (intake.BATCH_BYTES // 2)
    store(inbox.pk, [(key, line(key) + half) for key in "abc"])
    assert [[one.key for one in intake.take()] for _ in range(4)] == [["a"], ["b"], ["c"], []]
