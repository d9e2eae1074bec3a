"""The list of the desk: which conversations, in which order, a page at a time. Only what a row shows is read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from sportello.agents.models import Agent

from .models import Conversation, Draft

PAGE = 50


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
        View("failed", _("Unsent"), lambda rows, agent: rows.filter(failed=True), by_waiting=False),
        View("solved", _("Solved"), lambda rows, agent: rows.exclude(closed_at=None), by_waiting=False),
        View("spam", _("Spam"), lambda rows, agent: rows.exclude(spam_at=None), by_waiting=False),
        View("all", _("All"), lambda rows, agent: rows, by_waiting=False),
    ]
}


class Listed(NamedTuple):
    """What a row shows of a conversation, in the order of `COLUMNS`."""

    pk: int
    subject: str
    preview: str
    priority: int
    unread: bool
    failed: bool
    waiting_since: datetime | None
    last_message_at: datetime
    snoozed_until: datetime | None
    closed_at: datetime | None
    spam_at: datetime | None
    assignee_id: int | None
    assignee_name: str | None
    customer_id: int
    customer_name: str
    kind: str
    has_draft: bool

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.spam_at is None


COLUMNS = (
    *("pk", "subject", "preview", "priority", "unread", "failed", "waiting_since", "last_message_at", "snoozed_until"),
    *(
        "closed_at",
        "spam_at",
        "assignee_id",
        "assignee__name",
        "customer_id",
        "customer__name",
        "inbox__kind",
        "drafted",
    ),
)


@dataclass(frozen=True)
class Page:
    """Rows of a list and, when there are more, the key to ask for those after them."""

    rows: Sequence[Listed]
    after: str = ""


def page(view: View, agent: Agent, after: str = "", size: int = PAGE) -> Page:
    """Return one page of a view as this agent may see it. `after` is the key that the page before gave.

    By waiting: those that wait for us, the longest first; then those whose customer has the turn, the latest first.
    """
    drafts = Draft.objects.filter(conversation=OuterRef("pk"), agent=agent).exclude(html="")
    rows = view.rows(Conversation.objects.visible_to(agent), agent).annotate(drafted=Exists(drafts))
    found = _by_waiting(rows, after, size + 1) if view.by_waiting else _by_latest(rows, after, size + 1)
    key = _key(found[size - 1], by_waiting=view.by_waiting) if len(found) > size else ""
    return Page(found[:size], key)


def counts(agent: Agent) -> dict[str, int]:
    """Return how many conversations the views mine, unassigned and team hold for this agent: one look at all."""
    mine, nobodys = Q(assignee=agent), Q(assignee=None)
    awake = _awake(Conversation.objects.visible_to(agent))
    return awake.aggregate(mine=Count("pk", filter=mine), unassigned=Count("pk", filter=nobodys), team=Count("pk"))


def _by_waiting(rows: QuerySet, after: str, size: int) -> list[Listed]:
    """Two index scans, one after the other: the waiting ones, then the rest."""
    mark, key = after[:1], after[1:]
    found: list[Listed] = []
    if mark != "r":
        waiting = _after(rows.exclude(waiting_since=None), "waiting_since", key, forwards=True)
        found = _listed(waiting.order_by("waiting_since", "id"), size)
        key = ""
    if len(found) < size:
        rest = _after(rows.filter(waiting_since=None), "last_message_at", key, forwards=False)
        found += _listed(rest.order_by("-last_message_at", "-id"), size - len(found))
    return found


def _by_latest(rows: QuerySet, after: str, size: int) -> list[Listed]:
    latest = _after(rows, "last_message_at", after[1:], forwards=False)
    return _listed(latest.order_by("-last_message_at", "-id"), size)


def _listed(rows: QuerySet, size: int) -> list[Listed]:
    return [Listed._make(values) for values in rows.values_list(*COLUMNS)[:size]]


def _after(rows: QuerySet, field: str, key: str, *, forwards: bool) -> QuerySet:
    """Keyset: the rows beyond (time, id), which no new arrival shifts. A key nobody gave out is no key."""
    try:
        at, _comma, pk = key.partition(",")
        when, last = datetime.fromisoformat(at).astimezone(UTC), int(pk)
    except (ValueError, OverflowError):
        return rows
    beyond = "gt" if forwards else "lt"
    return rows.filter(Q(**{f"{field}__{beyond}": when}) | Q(**{field: when, f"pk__{beyond}": last}))


def _key(row: Listed, *, by_waiting: bool) -> str:
    if by_waiting and row.waiting_since:
        return f"w{row.waiting_since.isoformat()},{row.pk}"
    return f"r{row.last_message_at.isoformat()},{row.pk}"
