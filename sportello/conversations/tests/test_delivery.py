"""Replies leave once, or a person is told why not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sportello.channels.base import DeliveryUnknown, NotDelivered, PartlyDelivered
from sportello.conversations import actions, delivery
from sportello.conversations.models import Sending
from sportello.events.models import Event
from sportello.jobs.testing import drain

LATER = timedelta(minutes=1)


@pytest.fixture
def message(server, ben, conversation):
    return actions.reply(
        conversation, by=ben, html="<p>Parte domani.</p>", to=[{"name": "", "address": "giulia@posta.example"}]
    )


def sending():
    return Sending.objects.get()


def let_time_pass(time_machine, by=LATER):
    time_machine.shift(by)
    drain(raise_errors=True)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2026-11-20 09:00 +0000", tick=False)
    return time_machine


def test_it_leaves_when_the_time_to_undo_is_over(server, message, now):
    drain(raise_errors=True)
    assert server.sent == []
    let_time_pass(now)
    assert [out.external_id for out in server.sent] == [message.external_id]
    assert sending().state == "sent"
    assert Event.objects.last().name == "message.sent"


def test_what_the_customer_gets_carries_the_thread_and_the_history(server, message, now):
    let_time_pass(now)
    (out,) = server.sent
    assert (out.subject, out.in_reply_to, out.references) == (
        "Re: Un piatto scheggiato",
        "first@posta.example",
        ("first@posta.example",),
    )
    assert out.text.startswith("Parte domani.")
    assert "> Un piatto è arrivato scheggiato." in out.text
    assert '<blockquote class="gmail_quote" type="cite">Un piatto è arrivato scheggiato.' in out.html


def test_a_note_is_never_quoted(server, anna, ben, conversation, now):
    actions.note(conversation, by=anna, html="<p>Cliente difficile.</p>")
    actions.reply(conversation, by=ben, html="<p>Ciao</p>", to=[{"name": "", "address": "giulia@posta.example"}])
    let_time_pass(now)
    (out,) = server.sent
    assert "difficile" not in out.html + out.text


def test_taken_back_it_never_leaves(server, ben, message, now):
    actions.undo(message, by=ben)
    let_time_pass(now, timedelta(days=1))
    assert server.sent == []


def test_a_busy_server_is_tried_again_and_the_message_leaves_once(server, message, now):
    def busy(message, handing_over):
        raise NotDelivered("451 greylisted")

    server.behaves = busy
    let_time_pass(now)
    assert (sending().state, sending().reason, sending().attempts) == ("queued", "451 greylisted", 1)
    server.behaves = None
    let_time_pass(now, timedelta(minutes=2))
    assert (sending().state, len(server.sent)) == ("sent", 1)


def test_a_refusal_for_good_is_shown_at_once_and_tried_again_only_by_a_person(server, ben, message, conversation, now):
    def refuse(message, handing_over):
        raise NotDelivered("550 no such user", permanent=True)

    server.behaves = refuse
    let_time_pass(now)
    let_time_pass(now, timedelta(days=2))
    conversation.refresh_from_db()
    assert (sending().state, sending().reason, sending().attempts) == ("failed", "550 no such user", 1)
    assert conversation.failed
    server.behaves = None
    actions.retry(message, by=ben)
    let_time_pass(now)
    conversation.refresh_from_db()
    assert (sending().state, len(server.sent), conversation.failed) == ("sent", 1, False)


def test_after_ten_tries_it_has_failed(server, message, now):
    def busy(message, handing_over):
        raise NotDelivered("no route to host")

    server.behaves = busy
    for _ in range(12):
        let_time_pass(now, timedelta(hours=9))
    assert (sending().state, sending().attempts) == ("failed", 11)


def test_a_lost_line_after_the_hand_over_is_unknown_and_never_sent_again_by_itself(server, message, now):
    def lost(message, handing_over):
        handing_over()
        raise DeliveryUnknown("The line broke after DATA.")

    server.behaves = lost
    let_time_pass(now)
    let_time_pass(now, timedelta(days=2))
    assert (sending().state, sending().attempts) == ("unknown", 1)


def test_some_got_it_and_it_is_not_sent_to_them_again(server, message, now):
    def partly(message, handing_over):
        handing_over()
        raise PartlyDelivered("mario@x: 550", external_id=message.external_id, refused={"mario@x": "550"})

    server.behaves = partly
    let_time_pass(now)
    assert (sending().state, sending().reason) == ("sent", "mario@x: 550")


def test_a_worker_that_died_before_the_hand_over_leaves_it_to_the_next(server, message, now):
    Sending.objects.update(
        state="sending", attempts=1, due_at=timezone.now(), leased_until=timezone.now() + delivery.LEASE
    )
    let_time_pass(now)
    assert server.sent == []
    let_time_pass(now, delivery.LEASE)
    assert (sending().state, len(server.sent)) == ("sent", 1)


def test_a_worker_that_died_after_the_hand_over_leaves_it_to_a_person(server, message, now):
    Sending.objects.update(
        state="sending", attempts=1, handed_over_at=timezone.now(), leased_until=timezone.now() + delivery.LEASE
    )
    let_time_pass(now)
    let_time_pass(now, delivery.LEASE)
    assert (sending().state, server.sent) == ("unknown", [])


def test_who_lost_the_lease_does_not_hand_over(server, message, now):
    def stalled(message, handing_over):
        Sending.objects.update(leased_until=timezone.now() + timedelta(hours=1))  # another worker took it
        handing_over()

    server.behaves = stalled
    let_time_pass(now)
    assert server.sent == []
    assert sending().state == "sending"


def test_started_twice_it_leaves_once(server, message, now):
    now.shift(LATER)
    delivery.send.call(message.pk)
    delivery.send.call(message.pk)
    drain(raise_errors=True)
    assert len(server.sent) == 1
