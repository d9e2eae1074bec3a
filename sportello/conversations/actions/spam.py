"""Spam, and people we do not hear."""

from django.db import transaction
from django.utils import timezone

from sportello.agents.models import Agent
from sportello.customers import actions as customers
from sportello.customers.models import Identity
from sportello.events.record import record

from ..models import Conversation
from ..summary import refresh


@transaction.atomic
def mark_spam(conversation: Conversation, *, by: Agent) -> bool:
    """Put it with the spam; return whether it was elsewhere. What comes later in it stays there too."""
    fields = {"spam_at": timezone.now(), "snoozed_until": None, "waiting_since": None, "unread": False}
    marked = Conversation.objects.filter(pk=conversation.pk, spam_at=None).update(**fields)
    if marked:
        record("conversation.spammed", conversation, by=by)
    conversation.refresh_from_db()
    return bool(marked)


@transaction.atomic
def unmark_spam(conversation: Conversation, *, by: Agent) -> bool:
    """It was no spam: back among the open ones, unread; who waited for an answer before waits again, since then."""
    fields = {"spam_at": None, "closed_at": None, "unread": True}
    unmarked = Conversation.objects.filter(pk=conversation.pk).exclude(spam_at=None).update(**fields)
    if unmarked:
        record("conversation.unspammed", conversation, by=by)
    conversation.refresh_from_db()
    if unmarked:
        refresh(conversation)
    return bool(unmarked)


@transaction.atomic
def block(conversation: Conversation, identity: Identity, *, by: Agent) -> None:
    """Put this conversation with the spam, and whatever else this identity will write."""
    customers.block(identity, by=by)
    mark_spam(conversation, by=by)
