"""What one does to a conversation. A state is a thing: made with POST, undone with DELETE.

Who has the desk open gets a word and a way back, and the desk looks again by itself; who has no JavaScript gets the
conversation.
"""

import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sportello.agents.models import Agent, Team
from sportello.agents.requests import SignedIn
from sportello.customers import actions as customers
from sportello.lib.access import no_guests
from sportello.lib.numbers import row_id
from sportello.ui import formats

from .. import actions
from ..models import Conversation, Message, Priority, Tag
from .finding import conversation_of

# What is further off than any clock is shown nowhere: in another time zone it is no date any more.
FOR_EVER = 9000

both = require_http_methods(["POST", "DELETE"])


def changed(conversation: Conversation, **more: Any) -> str:
    """The word to the page that a conversation is no longer as it shows it: the header `HX-Trigger`."""
    return json.dumps({"desk:changed": {"conversation": conversation.pk}, **more})


def done(request: SignedIn, conversation: Conversation, words: str, *, undo: str = "") -> HttpResponse:
    """Say what was done. `undo` is the address whose DELETE takes it back."""
    if not request.htmx:
        return redirect(conversation)
    said = {"words": words, "undo": undo, "conversation": conversation}
    response = render(request, "conversations/_done.html", said)
    response["HX-Trigger"] = changed(conversation)
    return response


@both
@no_guests
def closure(request: SignedIn, pk: int) -> HttpResponse:
    """Solved, and not solved after all."""
    conversation = conversation_of(request, pk)
    if request.method == "POST":
        actions.close(conversation, by=request.user)
        return done(request, conversation, _("Solved: %(name)s") % {"name": conversation.customer}, undo="closure")
    actions.reopen(conversation, by=request.user)
    return done(request, conversation, _("Opened again"))


@both
@no_guests
def assignee(request: SignedIn, pk: int) -> HttpResponse:
    """Whose it is: `agent` is an id, or "me" to take what is nobody's. DELETE: nobody's."""
    conversation = conversation_of(request, pk)
    if request.method == "DELETE":
        actions.assign(conversation, None, by=request.user)
        return done(request, conversation, _("Back to be taken"))
    if request.POST.get("agent") == "me":
        return _claim(request, conversation)
    agent = get_object_or_404(Agent, pk=row_id(request.POST.get("agent")), is_active=True)
    actions.assign(conversation, agent, by=request.user)
    return done(request, conversation, _("Given to %(name)s") % {"name": agent.name})


def _claim(request: SignedIn, conversation: Conversation) -> HttpResponse:
    if actions.claim(conversation, by=request.user):
        return done(request, conversation, _("It is yours"), undo="assignee")
    words = _("%(name)s already has it") % {"name": conversation.assignee}
    return done(request, conversation, words)


@require_POST
@no_guests
def team(request: SignedIn, pk: int) -> HttpResponse:
    """Hand it to another team; without an id, to everybody."""
    conversation = conversation_of(request, pk)
    wanted = row_id(request.POST.get("team"))
    chosen = get_object_or_404(Team, pk=wanted) if wanted else None
    actions.move(conversation, chosen, by=request.user)
    words = _("Handed to %(team)s") % {"team": chosen} if chosen else _("Handed to everybody")
    return done(request, conversation, words)


@both
@no_guests
def snooze(request: SignedIn, pk: int) -> HttpResponse:
    """Out of sight until `until`, an ISO time of the shop's zone. DELETE: back now."""
    conversation = conversation_of(request, pk)
    if request.method == "DELETE":
        actions.wake(conversation, by=request.user)
        return done(request, conversation, _("Back on the desk"))
    until = _time(request.POST.get("until", ""))
    if until is None or until <= timezone.now():
        return done(request, conversation, _("Choose a moment to come"))
    actions.snooze(conversation, until, by=request.user)
    words = _("Put off until %(time)s") % {"time": formats.moment(until, timezone.now())}
    return done(request, conversation, words, undo="snooze")


@both
@no_guests
def spam(request: SignedIn, pk: int) -> HttpResponse:
    """With the spam, or out of it. With `block`, what its sender writes from now on goes there too."""
    conversation = conversation_of(request, pk)
    sender = _sender(conversation)
    if request.method == "DELETE":
        actions.unmark_spam(conversation, by=request.user)
        if sender and sender.blocked_at:
            customers.unblock(sender, by=request.user)
        return done(request, conversation, _("Out of the spam"))
    if request.POST.get("block") and sender:
        actions.block(conversation, sender, by=request.user)
        return done(request, conversation, _("Blocked: %(who)s") % {"who": sender.value}, undo="spam")
    actions.mark_spam(conversation, by=request.user)
    return done(request, conversation, _("With the spam"), undo="spam")


def _sender(conversation: Conversation) -> Any:
    first = conversation.messages.filter(kind=Message.Kind.IN).exclude(identity=None).select_related("identity").first()
    return first.identity if first else None


@require_POST
@no_guests
def tags(request: SignedIn, pk: int) -> HttpResponse:
    """Put a label on it; the label is made if it is new."""
    conversation = conversation_of(request, pk)
    name = request.POST.get("name", "").strip()
    if name:
        actions.tag(conversation, name, by=request.user)
    return done(request, conversation, _("Label: %(name)s") % {"name": name})


@require_http_methods(["DELETE"])
@no_guests
def tag(request: SignedIn, pk: int, tag_pk: int) -> HttpResponse:
    """Take a label off."""
    conversation = conversation_of(request, pk)
    label = get_object_or_404(Tag, pk=tag_pk)
    actions.untag(conversation, label, by=request.user)
    return done(request, conversation, _("Without label: %(name)s") % {"name": label.name})


@require_POST
@no_guests
def priority(request: SignedIn, pk: int) -> HttpResponse:
    conversation = conversation_of(request, pk)
    level = row_id(request.POST.get("priority"))
    if level in Priority.values:
        actions.prioritise(conversation, Priority(level), by=request.user)
    return done(request, conversation, _("Priority: %(level)s") % {"level": conversation.get_priority_display()})


@require_POST
@no_guests
def unread(request: SignedIn, pk: int) -> HttpResponse:
    """Put the dot back."""
    conversation = conversation_of(request, pk)
    actions.mark_unread(conversation)
    return done(request, conversation, _("To be read again"))


def _time(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    if at is None or at.year >= FOR_EVER:
        return None
    return timezone.make_aware(at) if timezone.is_naive(at) else at
