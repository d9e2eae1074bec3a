"""What is new since: for a page that heard that something changed, or that was away."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sportello.agents.requests import SignedIn
from sportello.lib.numbers import row_id

from .. import queries
from .desk import head_of, now_event
from .finding import conversation_of
from .lines import lines

# Ids may become visible out of order: what was recorded just before is asked for again, and known by its id.
OVERLAP = 20


@require_GET
def since(request: SignedIn, pk: int, message: int) -> HttpResponse:
    """Everything after a message and an event, and again what changed its state: each piece with the id it has."""
    now = now_event()
    conversation = conversation_of(request, pk)
    event = max(0, row_id(request.GET.get("event")) - OVERLAP)
    entries = queries.since(conversation, message, event)
    changed = queries.changed_since(conversation, event, before=message)
    newest = [entry.message.pk for entry in entries if entry.message]
    shown = {
        **head_of(request, conversation),
        "lines": lines(entries, request.user),
        "changed": lines(changed, request.user),
        "gone": queries.taken_back_since(conversation, event),
        "last_message": max([message, *newest]),
        "now_event": now,
    }
    return render(request, "conversations/_since.html", shown)


@require_GET
def earlier(request: SignedIn, pk: int, message: int) -> HttpResponse:
    """The thread before a message."""
    conversation = conversation_of(request, pk)
    entries = queries.thread(conversation, before=message)
    first = next((entry.message.pk for entry in entries if entry.message), 0)
    count = sum(1 for entry in entries if entry.message)
    shown = {
        "conversation": conversation,
        "lines": lines(entries, request.user),
        "first_message": first if count == queries.THREAD else 0,
        "may_change": not request.user.is_guest,
    }
    return render(request, "conversations/_earlier.html", shown)
