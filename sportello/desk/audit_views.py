"""The audit: a page of what was changed."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sportello.agents.models import Agent
from sportello.agents.requests import SignedIn
from sportello.lib.access import supervisor_only

from . import audit as audits


class AuditForm(forms.Form):
    """Which lines to show; what makes no sense shows them all."""

    kind = forms.ChoiceField(label=_("What"), choices=[("", _("Everything")), *audits.KINDS.items()], required=False)
    by = forms.ModelChoiceField(Agent.objects.all(), label=_("Who"), empty_label=_("Everybody"), required=False)
    before = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)


@require_safe
@supervisor_only
def audit(request: SignedIn) -> HttpResponse:
    form = AuditForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    by = asked.get("by")
    page = audits.read(kind=asked.get("kind", ""), by=by and by.pk, before=asked.get("before"))
    return render(request, "desk/audit.html", {"form": form, "page": page, "asked": asked})
