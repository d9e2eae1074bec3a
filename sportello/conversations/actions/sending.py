"""What a person can do about a message on its way out: take it back, send it again, say what became of it."""

from django.db import transaction
from django.utils import timezone

from sportello.agents.models import Agent
from sportello.events.models import Event
from sportello.events.record import record, topic_of

from ..models import Attachment, Conversation, Draft, Message, Sending
from ..summary import refresh

State = Sending.State


class TooLate(Exception):
    """It has left, or is leaving: nothing can call it back."""


@transaction.atomic
def undo(message: Message, *, by: Agent) -> Draft:
    """Take a message back before it leaves: its words are a draft again. Raise `TooLate` once a worker has it."""
    waiting = Sending.objects.filter(message=message, state=State.QUEUED, attempts=0)
    if not waiting.update(state=State.CANCELLED, settled_at=timezone.now()):
        raise TooLate
    draft, _ = Draft.objects.update_or_create(
        conversation=message.conversation,
        agent=by,
        kind=Message.Kind.OUT,
        defaults={"html": message.html, "parties": message.parties},
    )
    Attachment.objects.filter(message=message).update(message=None, draft=draft)
    _put_back(message, by)
    record("message.cancelled", message.conversation, by=by, message=message.pk)
    return draft


def _put_back(message: Message, by: Agent) -> None:
    """The conversation is as it was before the reply: whose it was, open if it was, the customer waiting."""
    conversation = Conversation.objects.get(pk=message.conversation_id)
    queued = Event.objects.filter(topic=topic_of(conversation), name="message.queued", data__message=message.pk).last()
    before = queued.data["before"] if queued else {}
    if conversation.closed_at and not before.get("closed"):
        conversation.closed_at = None
        record("conversation.reopened", conversation, by=by)
    conversation.assignee_id = before.get("assignee", conversation.assignee_id)
    conversation.save(update_fields=["closed_at", "assignee"])
    refresh(conversation)


@transaction.atomic
def retry(message: Message, *, by: Agent) -> bool:
    """Send a failed message again, now; return whether it was in trouble. Of two clicks, one sends."""
    in_trouble = Sending.objects.filter(message=message, state__in=[State.FAILED, State.UNKNOWN])
    again = in_trouble.update(
        state=State.QUEUED, due_at=timezone.now(), attempts=0, reason="", handed_over_at=None, settled_at=None
    )
    if again:
        record("message.queued", message.conversation, by=by, message=message.pk, due=timezone.now().isoformat())
        refresh(message.conversation)
    return bool(again)


@transaction.atomic
def settle(message: Message, *, sent: bool, by: Agent) -> bool:
    """A person says what became of a message of unknown fate; return whether it was unknown."""
    state, name = (State.SENT, "message.sent") if sent else (State.FAILED, "message.failed")
    unknown = Sending.objects.filter(message=message, state=State.UNKNOWN)
    settled = unknown.update(state=state, settled_at=timezone.now())
    if settled:
        record(name, message.conversation, by=by, message=message.pk)
        refresh(message.conversation)
    return bool(settled)
