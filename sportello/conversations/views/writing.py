"""Answering the customer and writing to each other: drafts, replies, notes, and what becomes of a reply."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sportello.agents.requests import SignedIn
from sportello.lib.access import no_guests
from sportello.lib.numbers import row_id

from .. import actions, queries
from ..models import Conversation, Message
from .changing import changed, done
from .composing import addressed, chosen_files, composer_of, written
from .finding import conversation_of, message_of
from .lines import Said


def _seen(request: SignedIn) -> int | None:
    """The last message the agent had before their eyes; None when they send whatever came."""
    text = request.POST.get("seen", "")
    return row_id(text) if text.isdecimal() and not request.POST.get("anyway") else None


@require_POST
@no_guests
def replies(request: SignedIn, pk: int) -> HttpResponse:
    """Answer. 409 with what is new when somebody wrote meanwhile; 422 when nobody would get it, or it is empty."""
    conversation = conversation_of(request, pk)
    html, files = written(request), chosen_files(request)
    if not html and not files:
        return refused(request, conversation, _("There is nothing written yet."))
    close = bool(request.POST.get("close"))
    nonce = request.POST.get("nonce", "")[:40]
    try:
        message = actions.reply(
            conversation,
            by=request.user,
            html=html,
            files=files,
            seen=_seen(request),
            close=close,
            nonce=nonce,
            **addressed(request),
        )
    except actions.NobodyToAnswer as nobody:
        return refused(request, conversation, str(nobody))
    except actions.Moved as moved:
        return overtaken(request, conversation, moved.new)
    return sent(request, conversation, message, close=close)


def sent(request: SignedIn, conversation: Conversation, message: Message, *, close: bool) -> HttpResponse:
    """Say that it leaves, and for how long it can still be called back."""
    if not request.htmx:
        return redirect(conversation)
    words = _("Answer to %(name)s leaves, solved") if close else _("Answer to %(name)s leaves")
    said = {"words": words % {"name": conversation.customer}, "message": message, "said": Said(message, request.user)}
    response = render(request, "conversations/_sent.html", said)
    response["HX-Trigger"] = changed(conversation)
    return response


def refused(request: SignedIn, conversation: Conversation, why: str) -> HttpResponse:
    template = "conversations/_refused.html" if request.htmx else "conversations/stopped.html"
    return render(request, template, {"why": why, "conversation": conversation}, status=422)


def overtaken(request: SignedIn, conversation: Conversation, new: Any) -> HttpResponse:
    """Nothing was sent: show what is new. The draft is kept."""
    template = "conversations/_moved.html" if request.htmx else "conversations/stopped.html"
    shown = {"new": [Said(message, request.user) for message in new], "conversation": conversation}
    shown["seen"] = max(message.pk for message in new)
    return render(request, template, shown, status=409)


@require_POST
def notes(request: SignedIn, pk: int) -> HttpResponse:
    """Write among us. Guests may."""
    conversation = conversation_of(request, pk)
    html = written(request)
    if not html:
        return refused(request, conversation, _("There is nothing written yet."))
    nonce = request.POST.get("nonce", "")[:40]
    actions.note(conversation, by=request.user, html=html, files=chosen_files(request), nonce=nonce)
    return done(request, conversation, _("Note kept"))


@require_http_methods(["POST", "DELETE"])
def draft(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """Keep what is written so far, or throw it away. `kind` is out or note."""
    conversation = conversation_of(request, pk)
    if request.method == "DELETE":
        actions.discard_draft(conversation, by=request.user, kind=kind)
        return HttpResponse(status=204)
    chosen = addressed(request) if request.POST.get("parties") else None
    html, seen = request.POST.get("html", ""), _seen(request) or 0
    actions.save_draft(conversation, by=request.user, html=html, kind=kind, parties=chosen, seen=seen)
    return HttpResponse(status=204)


def composer(request: SignedIn, pk: int) -> HttpResponse:
    """The composer anew, with the draft as it is kept: after an answer was taken back."""
    conversation = conversation_of(request, pk)
    seen = queries.last_message_id(conversation)
    shown = {"conversation": conversation, **composer_of(request, conversation, seen)}
    return render(request, "conversations/_composer.html", shown)


@require_http_methods(["POST", "DELETE"])
@no_guests
def sending(request: SignedIn, pk: int) -> HttpResponse:
    """POST: send again what did not leave. DELETE: take back what has not left yet."""
    message = message_of(request, pk)
    conversation = conversation_of(request, message.conversation_id)
    if request.method == "POST":
        actions.retry(message, by=request.user)
        return done(request, conversation, _("It leaves again"))
    try:
        actions.undo(message, by=request.user)
    except actions.TooLate:
        return done(request, conversation, _("Too late: it has left"))
    response = done(request, conversation, _("Taken back: it is a draft again"))
    if request.htmx:
        undone = {"conversation": conversation.pk, "message": pk}
        response["HX-Trigger"] = changed(conversation, **{"desk:undone": undone})
    return response


@require_POST
@no_guests
def fate(request: SignedIn, pk: int) -> HttpResponse:
    """A person says what became of a message of which nobody can tell: `sent` is yes or no."""
    message = message_of(request, pk)
    conversation = conversation_of(request, message.conversation_id)
    arrived = request.POST.get("sent") == "yes"
    actions.settle(message, sent=arrived, by=request.user)
    return done(request, conversation, _("Noted: it was sent") if arrived else _("Noted: it was not sent"))
