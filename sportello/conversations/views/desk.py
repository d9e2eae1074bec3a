"""The desk: the list of conversations, the open one beside it, and who wrote it beside that."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sportello.agents.models import Agent, Team
from sportello.agents.requests import SignedIn
from sportello.channels.registry import channels
from sportello.events.models import Event
from sportello.lib.numbers import row_id
from sportello.ui.beside import beside
from sportello.ui.templatetags.ui import svg

from .. import actions, queries
from .. import listing as lists
from ..models import Conversation, Priority, Tag
from .composing import composer_of
from .finding import conversation_of
from .lines import lines
from .rows import Look, grouped
from .snoozing import choices as snooze_choices

FIRST_VIEWS = ("mine", "unassigned", "team")
MOST_ROWS = 200


@dataclass(frozen=True)
class Tab:
    """A way to look at the list, as it stands above it."""

    slug: str
    label: Any
    count: int | None
    is_here: bool


@require_GET
def listing(request: SignedIn) -> HttpResponse:
    """The desk without an open conversation; more rows of the list; or the list anew."""
    if "after" in request.GET:
        return render(request, "conversations/_rows.html", _rows(request))
    if request.GET.get("part") == "list":
        return render(request, "conversations/_list.html", _list(request))
    return render(request, "conversations/desk.html", {"now_event": now_event(), **_list(request)})


@require_GET
def conversation(request: SignedIn, pk: int) -> HttpResponse:
    """The desk with this conversation open; for who has the desk already, only the conversation."""
    now = now_event()
    found = conversation_of(request, pk)
    if not request.user.is_guest:
        actions.mark_read(found)
    opened = {**open_conversation(request, found), "now_event": now}
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "conversations/_open.html", opened)
    return render(request, "conversations/desk.html", {**_list(request, found), **opened})


def open_conversation(request: SignedIn, found: Conversation) -> dict[str, Any]:
    """What the open conversation and the column beside it show."""
    entries = queries.thread(found)
    messages = [entry.message for entry in entries if entry.message]
    return {
        "conversation": found,
        "lines": lines(entries, request.user),
        "first_message": messages[0].pk if len(messages) == queries.THREAD else 0,
        "last_message": messages[-1].pk if messages else 0,
        "slug": _slug(request),
        **context_of(request, found),
        **head_of(request, found),
        **composer_of(request, found, messages[-1].pk if messages else 0),
    }


def head_of(request: SignedIn, found: Conversation) -> dict[str, Any]:
    """What the head of a conversation shows, and what its menus offer."""
    return {
        "conversation": found,
        "tags": list(found.tags.all()),
        "all_tags": Tag.objects.all(),
        "colleagues": Agent.objects.filter(is_active=True).exclude(role="guest"),
        "all_teams": Team.objects.all(),
        "priorities": Priority.choices,
        "snoozes": snooze_choices(),
        "may_change": not request.user.is_guest,
    }


def context_of(request: SignedIn, found: Conversation) -> dict[str, Any]:
    """Who wrote it, how they can be reached, what else they wrote, and what other apps know of them."""
    identities = [(one, svg(channel_icon(one.kind))) for one in found.customer.identities.all()]
    return {
        "identities": identities,
        "language": settings.LANGUAGE_NAMES.get(found.customer.language, found.customer.language),
        "panels": beside("conversation", request, found),
        "past": queries.earlier_of_customer(found, request.user),
    }


def channel_icon(kind: str) -> str:
    """The icon of a way to reach somebody; phone numbers belong to no one channel."""
    known = channels().get(kind)
    return known.icon if known else {"phone": "phone"}.get(kind, "user-round")


def now_event() -> int:
    """The id of the last thing recorded anywhere: from there a page that is drawn now catches up."""
    return Event.objects.order_by("-id").values_list("pk", flat=True).first() or 0


def _slug(request: SignedIn) -> str:
    slug = request.GET.get("view", "")
    return slug if slug in lists.VIEWS else "team"


def _rows(request: SignedIn, opened: Conversation | None = None) -> dict[str, Any]:
    view = lists.VIEWS[_slug(request)]
    page = lists.page(view, request.user, request.GET.get("after", ""), _size(request))
    open_pk = opened.pk if opened else row_id(request.GET.get("open"))
    groups = grouped(page.rows, Look(request.user, view.slug, view.by_waiting, open_pk))
    return {
        "groups": groups,
        "after": page.after,
        "slug": view.slug,
        # What is added below goes on under the heading that stands there.
        "last": request.GET.get("last", ""),
        "last_kind": groups[-1].kind if groups else "",
    }


def _list(request: SignedIn, opened: Conversation | None = None) -> dict[str, Any]:
    counts = lists.counts(request.user)
    slug = _slug(request)
    tabs = [Tab(one.slug, one.label, counts.get(one.slug), one.slug == slug) for one in lists.VIEWS.values()]
    return {
        **_rows(request, opened),
        "tabs": [tab for tab in tabs if tab.slug in FIRST_VIEWS],
        "more_tabs": [tab for tab in tabs if tab.slug not in FIRST_VIEWS],
        "other": next((tab for tab in tabs if tab.is_here and tab.slug not in FIRST_VIEWS), None),
        "counts": counts,
    }


def _size(request: SignedIn) -> int:
    """As many rows as the list has now, so that drawing it anew loses none."""
    return min(max(row_id(request.GET.get("size")), lists.PAGE), MOST_ROWS)
