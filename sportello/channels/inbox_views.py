"""The settings of an inbox: its channel's own form, its health, and a try against the real server."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sportello.lib.access import admin_only

from . import actions
from .forms import InboxForm, channel_form, sections_of, typed_settings
from .models import Inbox
from .registry import channel_of, channels


@require_safe
@admin_only
def inboxes(request):
    every = Inbox.objects.select_related("brand", "cursor").prefetch_related("teams").order_by("-is_active", "name")
    rows = [(inbox, channels().get(inbox.kind)) for inbox in every]
    return render(request, "channels/inboxes.html", {"inboxes": rows})


@require_safe
@admin_only
def kinds(request):
    """Which channel is it to be? With one plugged in, there is nothing to ask."""
    if len(channels()) == 1:
        return redirect("new_inbox", *channels())
    return render(request, "channels/kinds.html", {"channels": channels().values()})


@require_http_methods(["GET", "POST"])
@admin_only
@sensitive_post_parameters()
def new_inbox(request, kind):
    if kind not in channels():
        raise Http404
    return _edit(request, Inbox(kind=kind), actions.create_inbox)


@require_http_methods(["GET", "POST"])
@admin_only
@sensitive_post_parameters()
def inbox(request, pk):
    inbox = get_object_or_404(Inbox.objects.select_related("brand", "cursor"), pk=pk, kind__in=channels())
    return _edit(request, inbox, actions.change_inbox)


def _edit(request, inbox, save):
    data = request.POST or None
    common, own = InboxForm(data, instance=inbox), channel_form(inbox, data)
    if common.is_valid() and own.is_valid():
        inbox.settings = typed_settings(inbox, own)
        inbox.address = own.cleaned_data.get("address", inbox.address)
        return redirect("inbox_settings", save(inbox, by=request.user).pk)
    context = {"inbox": inbox, "common": common, "sections": sections_of(own), "own": own}
    return render(request, "channels/inbox.html", {**context, "channel": channels()[inbox.kind], **_doors(inbox)})


def _doors(inbox) -> dict:
    if not inbox.pk:
        return {}
    asks = channel_of(inbox).consent_url(redirect_uri="", state="")
    return {"deliveries": f"{settings.PUBLIC_URL}/hooks/{inbox.token}", "consent": bool(asks)}


@require_http_methods(["GET", "POST"])
@admin_only
def check(request, pk):
    """Ask for a try (POST); see how it went (GET, asked again by the page until there is an answer)."""
    inbox = get_object_or_404(Inbox, pk=pk)
    if request.method == "POST":
        actions.ask_check(inbox)
        if not request.htmx:
            return redirect("inbox_settings", pk)
    return render(request, "channels/_check.html", {"inbox": inbox})


@require_POST
@admin_only
def activity(request, pk):
    """Pause an inbox, or resume it."""
    change = actions.resume if request.POST.get("active") == "yes" else actions.pause
    change(get_object_or_404(Inbox, pk=pk), by=request.user)
    return redirect("inbox_settings", pk)
