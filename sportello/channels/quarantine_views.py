"""Quarantine: what could not be read, why, a look at it, and another try."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from sportello.lib.access import supervisor_only

from . import quarantine, quarantine_queries
from .models import Delivery
from .storing import delivery_beginning, delivery_body

State = Delivery.State
LOOK = 64 * 1024


@require_safe
@supervisor_only
def listing(request: HttpRequest) -> HttpResponse:
    """What waits in quarantine, all of it or that of one reason."""
    reason = request.GET.get("reason", "")
    reasons = quarantine_queries.reasons()
    page = quarantine_queries.page(state=State.QUARANTINED, reason=reason, before=_before(request))
    context = {"page": page, "reasons": reasons, "reason": reason, "of_reason": dict(reasons).get(reason, 0)}
    aside = Delivery.objects.filter(state=State.DISCARDED).exists()
    return render(request, "channels/quarantine.html", {**context, "some_aside": aside})


@require_safe
@supervisor_only
def aside(request: HttpRequest) -> HttpResponse:
    """What was put aside."""
    page = quarantine_queries.page(state=State.DISCARDED, before=_before(request))
    return render(request, "channels/aside.html", {"page": page})


def _before(request: HttpRequest) -> int | None:
    asked = request.GET.get("before", "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


@require_safe
@supervisor_only
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what is known of it, and its first 64 KiB as text."""
    delivery = _find(pk)
    try:
        beginning, is_gone = delivery_beginning(delivery, LOOK), False
    except OSError:
        beginning, is_gone = b"", True
    context = {
        "delivery": delivery,
        "peek": quarantine_queries.peek(beginning[: quarantine_queries.PEEK]),
        "beginning": quarantine_queries.shown(beginning),
        "is_gone": is_gone,
        "is_longer": delivery.size > LOOK,
        "is_aside": delivery.state == State.DISCARDED,
    }
    return render(request, "channels/quarantined.html", context)


def _find(pk: int) -> Delivery:
    return get_object_or_404(Delivery.objects.select_related("inbox"), pk=pk, state__in=quarantine.KEPT)


@require_safe
@supervisor_only
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they came, to be saved; never to be shown by a browser."""
    try:
        body = delivery_body(_find(pk))
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = HttpResponse(body, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="delivery-{pk}.bin"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@supervisor_only
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Run one again."""
    if quarantine.run_again(get_object_or_404(Delivery, pk=pk), by=request.user):
        messages.success(request, _("It is being read again. If that works, you find it at the desk."))
    else:
        messages.info(request, _("It was no longer here: somebody was quicker."))
    return redirect("quarantine")


@require_POST
@supervisor_only
def release_all(request: HttpRequest) -> HttpResponse:
    """Run again all that are here for one reason."""
    count = quarantine.run_again_all(request.POST.get("reason", ""), by=request.user)
    text = ngettext("%(count)d is being read again.", "%(count)d are being read again.", count)
    messages.success(request, text % {"count": count})
    return redirect("quarantine")


@require_POST
@supervisor_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one aside."""
    if quarantine.put_aside(get_object_or_404(Delivery, pk=pk), by=request.user):
        messages.success(request, _("It is put aside, and kept there."))
    else:
        messages.info(request, _("It was no longer here: somebody was quicker."))
    return redirect("quarantine")
