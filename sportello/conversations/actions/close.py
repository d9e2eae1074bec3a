"""Solved, and not solved after all."""

from django.db import transaction
from django.utils import timezone

from sportello.agents.models import Agent
from sportello.events.record import record

from ..models import Conversation
from ..summary import refresh


@transaction.atomic
def close(conversation: Conversation, *, by: Agent) -> bool:
    """Solve it; return whether it was open. Of two people who click at once, one closes it and one event is recorded.

    Nobody waits any more: the customer's turn has come, as after an answer.
    """
    now = timezone.now()
    still_open = Conversation.objects.open().filter(pk=conversation.pk)
    closed = still_open.update(closed_at=now, snoozed_until=None, waiting_since=None, unread=False)
    if closed:
        record("conversation.closed", conversation, by=by)
    conversation.refresh_from_db()
    return bool(closed)


@transaction.atomic
def reopen(conversation: Conversation, *, by: Agent | None = None) -> bool:
    """Open it again; return whether it was closed. Who waited for an answer before waits again, since then."""
    reopened = Conversation.objects.filter(pk=conversation.pk).exclude(closed_at=None).update(closed_at=None)
    if reopened:
        record("conversation.reopened", conversation, by=by)
    conversation.refresh_from_db()
    if reopened:
        refresh(conversation)
    return bool(reopened)
