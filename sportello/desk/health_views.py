"""Health, for machines and for people."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import sportello
from sportello.jobs import actions
from sportello.jobs.models import Job
from sportello.lib.access import supervisor_only

from . import health

SHOWN = 20


@require_safe
@login_not_required
def for_machines(request):
    """Figures and words, nothing that names anybody. 503 when something stands still."""
    checks = health.look()
    state = health.worst(checks)
    body = {
        "state": state.name.lower(),
        "version": sportello.__version__,
        "checks": {check.name: {"state": check.word, "figure": round(check.figure)} for check in checks},
    }
    answer = JsonResponse(body, status=503 if state == health.State.WRONG else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@supervisor_only
def for_people(request):
    checks = health.look()
    failed = Job.objects.filter(state=Job.State.FAILED).order_by("-finished_at")
    unsent = health.in_trouble().select_related("message__conversation").order_by("-id")
    context = {
        "checks": checks,
        "state": health.worst(checks).name.lower(),
        "inboxes": health.inbox_lines(timezone.now()),
        "failed": failed[:SHOWN],
        "unsent": unsent[:SHOWN],
    }
    return render(request, "desk/health.html", context)


@require_POST
@supervisor_only
def revival(request, pk):
    """Let a failed job run again."""
    job = get_object_or_404(Job, pk=pk, state=Job.State.FAILED)
    actions.revive([job.pk], by=request.user)
    messages.success(request, _("It runs again."))
    return redirect("health")


@require_POST
@supervisor_only
def removal(request, pk):
    """Put a failed job aside for good."""
    job = get_object_or_404(Job, pk=pk, state=Job.State.FAILED)
    actions.discard([job.pk], by=request.user)
    messages.success(request, _("It is put aside."))
    return redirect("health")
