"""Solved, snoozed, spam: the states of a conversation and how they exclude each other."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from sportello.conversations import actions
from sportello.conversations.models import Conversation
from sportello.conversations.snoozing import wake_due
from sportello.customers import actions as customers
from sportello.events.models import Event


def names():
    return [event.name for event in Event.objects.all()]


def test_closing_twice_is_one_event(ben, conversation):
    assert actions.close(conversation, by=ben) is True
    assert actions.close(conversation, by=ben) is False
    assert names() == ["conversation.closed"]
    assert conversation.waiting_since is None


def test_reopened_it_is_open_and_was_closed_once(ben, conversation):
    actions.close(conversation, by=ben)
    assert actions.reopen(conversation, by=ben) is True
    assert actions.reopen(conversation, by=ben) is False
    assert conversation.is_open
    assert names() == ["conversation.closed", "conversation.reopened"]


def test_reopened_its_customer_waits_as_long_as_before(ben, conversation):
    since = conversation.waiting_since
    actions.close(conversation, by=ben)
    actions.reopen(conversation, by=ben)
    conversation.refresh_from_db()
    assert since is not None
    assert conversation.waiting_since == since


def test_a_closed_one_cannot_be_snoozed(ben, conversation):
    actions.close(conversation, by=ben)
    assert actions.snooze(conversation, timezone.now() + timedelta(hours=1), by=ben) is False
    assert conversation.snoozed_until is None


def test_not_even_the_database_would_have_it(conversation):
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.update(closed_at=timezone.now(), snoozed_until=timezone.now())


def test_snoozed_it_comes_back_by_itself_when_its_time_has_come(ben, conversation, time_machine):
    time_machine.move_to("2026-11-20 09:00 +0000", tick=False)
    actions.snooze(conversation, timezone.now() + timedelta(hours=1), by=ben)
    assert wake_due.call() == 0
    time_machine.move_to("2026-11-20 10:00 +0000", tick=False)
    assert wake_due.call() == 1
    conversation.refresh_from_db()
    assert (conversation.snoozed_until, conversation.unread) == (None, True)
    assert names() == ["conversation.snoozed", "conversation.woken"]


def test_spam_waits_for_nobody_and_can_be_taken_out_again(ben, conversation):
    actions.mark_spam(conversation, by=ben)
    assert (conversation.is_open, conversation.waiting_since) == (False, None)
    actions.unmark_spam(conversation, by=ben)
    assert conversation.is_open
    assert conversation.waiting_since is not None


def test_blocking_giulia_puts_this_with_the_spam(ben, conversation, giulia):
    identity = giulia.identities.get()
    actions.block(conversation, identity, by=ben)
    assert identity.blocked_by == ben
    assert conversation.spam_at is not None
    assert Event.objects.filter(name="customer.blocked", topic=f"customer:{giulia.pk}").count() == 1
    customers.unblock(identity, by=ben)
    assert identity.blocked_at is None
    assert conversation.spam_at is not None


def test_taken_out_of_the_spam_an_answered_customer_does_not_wait(ben, conversation, giulia):
    actions.reply(conversation, by=ben, html="<p>Ciao</p>", to=[{"name": "", "address": "giulia@posta.example"}])
    actions.mark_spam(conversation, by=ben)
    actions.unmark_spam(conversation, by=ben)
    assert conversation.is_open
    assert conversation.waiting_since is None
