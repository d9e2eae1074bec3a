"""Where a shopkeeper lets us act for them at a vendor: their browser goes there, comes back with a code, and a job
changes the code for what is kept in the settings of the inbox.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tasks import task

from sportello.events.record import record
from sportello.lib.access import admin_only
from sportello.lib.secrets import decrypt, encrypt

from .actions import ask_check
from .base import ChannelError
from .models import Inbox
from .registry import channel_of, channels

SALT = "sportello.consent"
# Seconds within which a person comes back.
PATIENCE = 900


def redirect_uri() -> str:
    """The address of ours that is told to the vendor."""
    return settings.PUBLIC_URL + reverse("inbox_consented")


def consent_url(inbox: Inbox, *, by) -> str:
    """Where the browser goes to agree, or "" when this inbox needs no consent."""
    state = signing.dumps({"inbox": inbox.pk, "by": by.pk}, salt=SALT)
    return channel_of(inbox).consent_url(redirect_uri=redirect_uri(), state=state)


@require_safe
@admin_only
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the browser to the vendor."""
    inbox = get_object_or_404(Inbox, pk=pk, kind__in=channels())
    return redirect(consent_url(inbox, by=request.user) or reverse("inbox_settings", args=[pk]))


@require_safe
@admin_only
def consented(request: HttpRequest) -> HttpResponse:
    """The browser is back: with a code, or with the reason why there is none."""
    try:
        state = signing.loads(request.GET.get("state", ""), salt=SALT, max_age=PATIENCE)
    except signing.BadSignature:
        return HttpResponseBadRequest(_("This took too long, or did not begin here. Please start again."))
    if state["by"] != request.user.pk:
        return HttpResponseBadRequest(_("Somebody else began this. Please start again."))
    inbox = get_object_or_404(Inbox, pk=state["inbox"])
    if code := request.GET.get("code"):
        Inbox.objects.filter(pk=inbox.pk).update(check_asked_at=timezone.now())
        redeem_consent.enqueue(inbox.pk, encrypt(code), state["by"])
    else:
        _answer(inbox.pk, request.GET.get("error_description") or request.GET.get("error") or _("Nobody agreed."))
    return redirect("inbox_settings", inbox.pk)


@task(max_attempts=1)  # type: ignore[call-overload]
def redeem_consent(inbox_id: int, code: str, agent_id: int) -> None:
    """Change the code (encrypted) for lasting settings, and try them. A code is good for one time only."""
    channel = channel_of(Inbox.objects.get(pk=inbox_id))
    try:
        given = channel.redeem(code=decrypt(code), redirect_uri=redirect_uri())
    except ChannelError as failure:
        _answer(inbox_id, str(failure))
    else:
        _keep(inbox_id, given, agent_id)


@transaction.atomic
def _keep(inbox_id: int, given: dict[str, Any], agent_id: int) -> None:
    inbox = Inbox.objects.select_for_update().get(pk=inbox_id)
    inbox.settings = {**inbox.settings, **given}
    inbox.save(update_fields=["settings"])
    by = get_user_model().objects.get(pk=agent_id)
    record("inbox.changed", inbox, by=by, changes={}, secrets=sorted(given))
    ask_check(inbox)


def _answer(inbox_id: int, reason: str) -> None:
    Inbox.objects.filter(pk=inbox_id).update(checked_at=timezone.now(), check_reason=reason[:500])
