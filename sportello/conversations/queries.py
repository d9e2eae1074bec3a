"""What an open conversation shows. The list is read in `listing`."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from sportello.agents.models import Agent
from sportello.channels.models import Inbox
from sportello.events.models import Event
from sportello.events.record import topic_of

from .actions.reply import message_to_answer
from .models import Conversation, Message, Sending
from .recipients import Recipients, recipients_of_answer

THREAD = 30


@dataclass(frozen=True)
class Entry:
    """One thing on the thread: a message or an event, and when."""

    at: datetime
    message: Message | None = None
    event: Event | None = None


# Events told on the thread; the others are the messages themselves, or only for the machine.
TOLD = [
    "conversation.assigned",
    "conversation.claimed",
    "conversation.closed",
    "conversation.linked",
    "conversation.moved",
    "conversation.prioritised",
    "conversation.reopened",
    "conversation.snoozed",
    "conversation.spammed",
    "conversation.tagged",
    "conversation.unlinked",
    "conversation.unspammed",
    "conversation.untagged",
    "conversation.woken",
]


def messages_of(conversation: Conversation) -> QuerySet[Message]:
    """Return what stands on the thread, with all that its fragments show: nothing that was taken back."""
    shown = conversation.messages.exclude(sending__state=Sending.State.CANCELLED)
    answered = Prefetch("answers", Message.objects.only("id", "created_at"))
    known = shown.select_related("author", "identity__customer", "sending", "inbox").defer("inbox__settings")
    return known.prefetch_related("attachments", answered)


def thread(conversation: Conversation, *, before: int | None = None, size: int = THREAD) -> list[Entry]:
    """Return the latest messages (or those before the message `before`) and the events between, oldest first."""
    messages = messages_of(conversation)
    if before:
        messages = messages.filter(pk__lt=before)
    shown = list(messages.order_by("-id")[:size])
    events = Event.objects.filter(topic=topic_of(conversation), name__in=TOLD).select_related("by")
    if len(shown) == size:
        events = events.filter(at__gte=shown[-1].created_at)
    if before:
        until = Message.objects.filter(pk=before).values_list("created_at", flat=True).first()
        events = events.filter(at__lt=until) if until else events
    return _entries(shown, events)


def since(conversation: Conversation, message_id: int, event_id: int = 0) -> list[Entry]:
    """Return what came after this message and this event, oldest first: what a page asks after a gap."""
    events = Event.objects.filter(topic=topic_of(conversation), name__in=TOLD, pk__gt=event_id)
    return _entries(messages_of(conversation).filter(pk__gt=message_id), events.select_related("by"))


# Events that changed how a message already on the thread looks.
CHANGING = ["message.queued", "message.sent", "message.failed", "message.unknown", "message.bounced"]


def changed_since(conversation: Conversation, event_id: int, *, before: int) -> list[Entry]:
    """Return the messages up to the one called `before` whose state changed after this event."""
    events = Event.objects.filter(topic=topic_of(conversation), name__in=CHANGING, pk__gt=event_id)
    changed = {event.data.get("message") for event in events}
    return _entries(messages_of(conversation).filter(pk__in=changed, pk__lte=before), ())


def taken_back_since(conversation: Conversation, event_id: int) -> list[int]:
    """Return the ids of the messages that were taken back after this event."""
    events = Event.objects.filter(topic=topic_of(conversation), name="message.cancelled", pk__gt=event_id)
    return [event.data["message"] for event in events]


def _entries(messages, events) -> list[Entry]:
    entries = [Entry(message.created_at, message=message) for message in messages]
    entries += [Entry(event.at, event=event) for event in events]
    return sorted(entries, key=lambda entry: entry.at)


def recipients(conversation: Conversation) -> Recipients:
    """Return who an answer written now would go to: shown, and changeable, before sending."""
    answered = message_to_answer(conversation)
    if answered is None:
        address = conversation.customer.identities.filter(kind="email").values_list("value", flat=True).first()
        return Recipients(to=({"name": conversation.customer.name, "address": address},) if address else ())
    ours = Inbox.objects.values_list("address", flat=True)
    return recipients_of_answer(answered.parties, ours=ours, we_wrote_it=answered.kind == Message.Kind.OUT)


def last_message_id(conversation: Conversation) -> int:
    """Return the id of the last message on the thread, 0 when there is none: what the agent has `seen`."""
    return conversation.messages.order_by("-id").values_list("pk", flat=True).first() or 0


def earlier_of_customer(conversation: Conversation, agent: Agent, size: int = 10) -> QuerySet[Conversation]:
    """Return the customer's other conversations that this agent may see, the latest first."""
    others = Conversation.objects.visible_to(agent).filter(customer=conversation.customer_id)
    return others.exclude(pk=conversation.pk).select_related("inbox").order_by("-last_message_at")[:size]
