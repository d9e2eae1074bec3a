"""What somebody finds by what they type: conversations, customers and orders, each only if it is theirs to see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from sportello import search
from sportello.commerce import queries as orders
from sportello.commerce.models import Order
from sportello.conversations.models import Conversation
from sportello.customers.models import Customer
from sportello.ui.templatetags.ui import svg

LIMIT = 20


@dataclass(frozen=True)
class Found:
    """One line of what was found."""

    href: str
    icon: SafeString
    name: str
    words: str
    at: Any = None


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    label: Any
    lines: Sequence[Found]


def found(agent: Any, typed: str) -> list[Group]:
    """Return what this agent may see of what has all these words, newest first; kinds without any are left out."""
    groups = [
        Group(_("Conversations"), _conversations(agent, typed)),
        Group(_("Customers"), _customers(agent, typed)),
        Group(_("Orders"), _orders(agent, typed)),
    ]
    return [group for group in groups if group.lines]


def _conversations(agent: Any, typed: str) -> list[Found]:
    visible = Conversation.objects.visible_to(agent)
    hits = search.find(typed, ("message",), limit=LIMIT, only=_only(lambda hit: hit.group, visible))
    rows = visible.select_related("customer").in_bulk([hit.group for hit in hits])
    return [_conversation(rows[hit.group]) for hit in hits if hit.group in rows]


def _conversation(one: Conversation) -> Found:
    name = f"{one.customer}: {one.subject or _('No subject')}"
    return Found(
        one.get_absolute_url(), svg("mail" if one.is_open else "check"), name, one.preview, one.last_message_at
    )


def _customers(agent: Any, typed: str) -> list[Found]:
    visible = Customer.objects.visible_to(agent)
    hits = search.find(typed, ("customer",), limit=LIMIT, only=_only(lambda hit: hit.ref, visible))
    rows = visible.prefetch_related("identities").in_bulk([hit.ref for hit in hits])
    return [_customer(rows[hit.ref]) for hit in hits if hit.ref in rows]


def _customer(one: Customer) -> Found:
    addresses = ", ".join(identity.value for identity in one.identities.all())
    return Found(one.get_absolute_url(), svg("user-round"), str(one), addresses, one.created_at)


def _orders(agent: Any, typed: str) -> list[Found]:
    seen = orders.visible_to(agent)
    hits = search.find(typed, ("order",), limit=LIMIT, only=_only(lambda hit: hit.ref, seen))
    rows = seen.select_related("customer").in_bulk([hit.ref for hit in hits])
    return [_order(rows[hit.ref]) for hit in hits if hit.ref in rows]


def _order(one: Order) -> Found:
    words = f"{one.name or one.email} · {one.get_state_display()}"
    return Found(one.get_absolute_url(), svg("package"), one.number, words, one.placed_at)


def _only(key: Callable[[search.Hit], int | None], visible: Any) -> Callable[[Sequence[search.Hit]], list[search.Hit]]:
    """Of some hits, those whose thing is among what may be seen."""

    def only(hits: Sequence[search.Hit]) -> list[search.Hit]:
        seen = set(visible.filter(pk__in=[key(hit) for hit in hits]).values_list("pk", flat=True))
        return [hit for hit in hits if key(hit) in seen]

    return only
