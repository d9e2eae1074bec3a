"""Answering: queued once, refused when the conversation moved, taken back within seconds."""

import pytest

from sportello.conversations import actions
from sportello.conversations.models import Attachment, Draft, Message, Sending
from sportello.conversations.tokens import conversation_in
from sportello.events.models import Event

GIULIA = {"name": "Giulia Ferraris", "address": "giulia@posta.example"}


def answer(conversation, ben, **options):
    return actions.reply(conversation, by=ben, **{"html": "<p>Parte domani.</p>", "to": [GIULIA], **options})


@pytest.fixture
def first(conversation):
    return conversation.messages.get()


def test_the_answer_waits_to_leave_and_nobody_waits_for_us(ben, conversation, first):
    message = answer(conversation, ben, seen=first.pk)
    conversation.refresh_from_db()
    assert (message.sending.state, message.text, message.subject) == (
        "queued",
        "Parte domani.",
        "Re: Un piatto scheggiato",
    )
    assert (message.in_reply_to, message.references) == ("first@posta.example", "first@posta.example")
    assert conversation_in([message.external_id]) == conversation.pk
    assert (conversation.waiting_since, conversation.assignee, conversation.preview) == (None, ben, "Parte domani.")
    assert conversation.is_open


def test_send_and_solve_closes_it(ben, conversation, first):
    answer(conversation, ben, close=True)
    conversation.refresh_from_db()
    assert not conversation.is_open
    assert [e.name for e in Event.objects.all()] == ["conversation.closed", "message.queued"]


def test_it_stops_when_giulia_wrote_meanwhile_and_shows_what(ben, conversation, first):
    news = Message.objects.create(conversation=conversation, inbox=conversation.inbox, kind="in", text="Lasci stare!")
    with pytest.raises(actions.Moved) as stop:
        answer(conversation, ben, seen=first.pk)
    assert stop.value.new == [news]
    assert not Sending.objects.exists()


def test_it_stops_when_a_colleague_left_a_note(ben, anna, conversation, first):
    actions.note(conversation, by=anna, html="<p>Aspetta, lo rispediamo.</p>")
    with pytest.raises(actions.Moved):
        answer(conversation, ben, seen=first.pk)


def test_my_own_note_does_not_stop_me_and_send_anyway_sends(ben, anna, conversation, first):
    actions.note(conversation, by=ben, html="<p>Lo chiedo in magazzino.</p>")
    assert answer(conversation, ben, seen=first.pk)
    actions.note(conversation, by=anna, html="<p>Aspetta.</p>")
    assert answer(conversation, ben, seen=None)


def test_sent_again_after_a_lost_line_it_is_the_same_reply(ben, conversation):
    once = answer(conversation, ben, nonce="k1")
    assert answer(conversation, ben, nonce="k1") == once
    assert Sending.objects.count() == 1


def test_without_anybody_to_answer_nothing_is_written(ben, conversation):
    with pytest.raises(actions.NobodyToAnswer):
        answer(conversation, ben, to=[])
    assert conversation.messages.count() == 1


def test_scripts_do_not_pass(ben, conversation):
    message = answer(conversation, ben, html='<p onclick="x()">Ciao<script>alert(1)</script></p>')
    assert message.html == "<p>Ciao</p>"


def test_taken_back_in_time_the_words_are_a_draft_again_and_giulia_waits(ben, conversation):
    waiting_since = conversation.waiting_since
    message = answer(conversation, ben, close=True)
    draft = actions.undo(message, by=ben)
    conversation.refresh_from_db()
    assert draft.html == "<p>Parte domani.</p>"
    assert (conversation.is_open, conversation.waiting_since, conversation.assignee) == (True, waiting_since, None)
    assert conversation.message_count == 1
    assert message.sending.__class__.objects.get().state == "cancelled"


def test_once_a_worker_has_it_nothing_calls_it_back(ben, conversation):
    message = answer(conversation, ben)
    Sending.objects.update(state="sending", attempts=1)
    with pytest.raises(actions.TooLate):
        actions.undo(message, by=ben)
    assert not Draft.objects.exists()


def test_the_files_of_the_draft_go_with_it_and_come_back_with_undo(ben, cleo, conversation):
    draft = actions.save_draft(conversation, by=ben, html="<p>Ecco</p>")
    facts = {"type": "image/png", "size": 3, "sha256": "a" * 64}
    mine = Attachment.objects.create(draft=draft, name="piatto.png", **facts)
    theirs = actions.save_draft(conversation, by=cleo, html="")
    stolen = Attachment.objects.create(draft=theirs, name="di-cleo.png", **facts)
    message = answer(conversation, ben, files=[mine.pk, stolen.pk])
    assert [file.name for file in message.attachments.all()] == ["piatto.png"]
    assert actions.undo(message, by=ben).attachments.get() == mine


def test_a_failed_one_is_tried_again_once(ben, conversation):
    message = answer(conversation, ben)
    Sending.objects.update(state="failed", attempts=1, reason="550 unknown user")
    assert actions.retry(message, by=ben) is True
    assert actions.retry(message, by=ben) is False
    assert (Sending.objects.get().state, Sending.objects.get().reason) == ("queued", "")


@pytest.mark.parametrize(("sent", "state"), [(True, "sent"), (False, "failed")])
def test_of_an_unknown_one_a_person_says_what_became_of_it(ben, conversation, sent, state):
    message = answer(conversation, ben)
    assert actions.settle(message, sent=sent, by=ben) is False
    Sending.objects.update(state="unknown")
    assert actions.settle(message, sent=sent, by=ben) is True
    assert Sending.objects.get().state == state


def test_taken_back_the_timeline_says_that_it_is_open_again(ben, conversation):
    actions.undo(answer(conversation, ben, close=True), by=ben)
    said = [event.name for event in Event.objects.all()]
    assert said == ["conversation.closed", "message.queued", "conversation.reopened", "message.cancelled"]
