"""What the screens of the desk read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from sportello.channels.models import Inbox
from sportello.events.models import Event
from sportello.events.record import topic_of

from .actions.reply import message_to_answer
from .models import Conversation, Draft, Message, Sending
from .recipients import Recipients, recipients_of_answer

PAGE = 50
THREAD = 30


@dataclass(frozen=True)
class View:
    """A way to look at the conversations: which ones, and whether by waiting (the oldest first) or by the latest."""

    slug: str
    label: Any
    rows: Callable[[QuerySet, Any], QuerySet]
    by_waiting: bool = True


def _awake(rows: QuerySet) -> QuerySet:
    return rows.filter(closed_at=None, spam_at=None, snoozed_until=None)


VIEWS: dict[str, View] = {
    view.slug: view
    for view in [
        View("mine", _("Mine"), lambda rows, agent: _awake(rows).filter(assignee=agent)),
        View("unassigned", _("Unassigned"), lambda rows, agent: _awake(rows).filter(assignee=None)),
        View("team", _("Team"), lambda rows, agent: _awake(rows)),
        View("snoozed", _("Snoozed"), lambda rows, agent: rows.exclude(snoozed_until=None), by_waiting=False),
        View("failed", _("Not sent"), lambda rows, agent: rows.filter(failed=True), by_waiting=False),
        View("solved", _("Solved"), lambda rows, agent: rows.exclude(closed_at=None), by_waiting=False),
        View("spam", _("Spam"), lambda rows, agent: rows.exclude(spam_at=None), by_waiting=False),
        View("all", _("All"), lambda rows, agent: rows, by_waiting=False),
    ]
}


@dataclass(frozen=True)
class Page:
    """Rows of a list and, when there are more, the key to ask for those after them."""

    rows: Sequence[Conversation]
    after: str = ""


def page(view: View, agent, after: str = "", size: int = PAGE) -> Page:
    """Return one page of a view as this agent may see it. `after` is the key that the page before gave.

    By waiting: those that wait for us, the longest first; then those whose customer has the turn, the latest first.
    """
    rows = view.rows(Conversation.objects.visible_to(agent), agent)
    found = _by_waiting(rows, after, size + 1) if view.by_waiting else _by_latest(rows, after, size + 1)
    for row in found[:size]:
        row.is_mine = row.assignee_id == agent.pk
    key = _key(found[size - 1], by_waiting=view.by_waiting) if len(found) > size else ""
    return Page(_with_drafts(found[:size], agent), key)


def counts(agent, slugs: Sequence[str] = ("mine", "unassigned", "team")) -> dict[str, int]:
    """Return how many conversations each of these views holds for this agent."""
    rows = Conversation.objects.visible_to(agent)
    return {slug: VIEWS[slug].rows(rows, agent).count() for slug in slugs}


def _listed(rows: QuerySet) -> QuerySet:
    return rows.select_related("customer", "assignee", "inbox").defer("inbox__settings", "customer__note")


def _by_waiting(rows: QuerySet, after: str, size: int) -> list[Conversation]:
    """Two index scans, one after the other: the waiting ones, then the rest."""
    mark, key = after[:1], after[1:]
    found: list[Conversation] = []
    if mark != "r":
        waiting = _after(rows.exclude(waiting_since=None), "waiting_since", key, forwards=True)
        found = list(_listed(waiting).order_by("waiting_since", "id")[:size])
        key = ""
    if len(found) < size:
        rest = _after(rows.filter(waiting_since=None), "last_message_at", key, forwards=False)
        found += _listed(rest).order_by("-last_message_at", "-id")[: size - len(found)]
    return found


def _by_latest(rows: QuerySet, after: str, size: int) -> list[Conversation]:
    latest = _after(rows, "last_message_at", after[1:], forwards=False)
    return list(_listed(latest).order_by("-last_message_at", "-id")[:size])


def _after(rows: QuerySet, field: str, key: str, *, forwards: bool) -> QuerySet:
    """Keyset: the rows beyond (time, id), which no new arrival shifts. A key nobody gave out is no key."""
    try:
        at, _comma, pk = key.partition(",")
        when, last = datetime.fromisoformat(at), int(pk)
    except ValueError:
        return rows
    beyond = "gt" if forwards else "lt"
    return rows.filter(Q(**{f"{field}__{beyond}": when}) | Q(**{field: when, f"pk__{beyond}": last}))


def _key(row: Conversation, *, by_waiting: bool) -> str:
    if by_waiting and row.waiting_since:
        return f"w{row.waiting_since.isoformat()},{row.pk}"
    return f"r{row.last_message_at.isoformat()},{row.pk}"


def _with_drafts(rows: list[Conversation], agent) -> list[Conversation]:
    """Put on each row whether this agent has a draft there: `row.has_draft`."""
    drafts = Draft.objects.filter(agent=agent, conversation__in=rows).exclude(html="")
    drafted = set(drafts.values_list("conversation_id", flat=True))
    for row in rows:
        row.has_draft = row.pk in drafted
    return rows


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


def earlier_of_customer(conversation: Conversation, agent, size: int = 10) -> QuerySet[Conversation]:
    """Return the customer's other conversations that this agent may see, the latest first."""
    others = Conversation.objects.visible_to(agent).filter(customer=conversation.customer_id)
    return others.exclude(pk=conversation.pk).select_related("inbox").order_by("-last_message_at")[:size]
