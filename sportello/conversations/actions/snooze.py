"""Out of sight until a moment, back by itself."""

from datetime import datetime

from django.db import transaction

from sportello.agents.models import Agent
from sportello.events.record import record

from ..models import Conversation


@transaction.atomic
def snooze(conversation: Conversation, until: datetime, *, by: Agent) -> bool:
    """Hide an open conversation until then; return False when it is not open. A word of the customer wakes it."""
    snoozed = Conversation.objects.open().filter(pk=conversation.pk).update(snoozed_until=until)
    if snoozed:
        record("conversation.snoozed", conversation, by=by, until=until.isoformat())
    conversation.refresh_from_db()
    return bool(snoozed)


@transaction.atomic
def wake(conversation: Conversation, *, by: Agent | None = None) -> bool:
    """Bring it back now; return whether it was asleep."""
    asleep = Conversation.objects.filter(pk=conversation.pk).exclude(snoozed_until=None)
    woken = asleep.update(snoozed_until=None, unread=True)
    if woken:
        record("conversation.woken", conversation, by=by)
    conversation.refresh_from_db()
    return bool(woken)
