"""Who works here: roles, teams, coming and going."""

from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sportello.lib.access import admin_only

from .. import actions, queries
from ..forms.people import InvitationForm, PersonForm
from ..models import Agent
from ..requests import SignedIn


@require_safe
@admin_only
def people(request: SignedIn) -> HttpResponse:
    context = {"people": queries.people(), "invitations": queries.waiting_invitations(), "form": InvitationForm()}
    return render(request, "agents/people.html", context)


@require_http_methods(["GET", "POST"])
@admin_only
def person(request: SignedIn, pk: int) -> HttpResponse:
    agent = get_object_or_404(Agent, pk=pk)
    form = PersonForm(request.POST or None, instance=agent)
    if form.is_valid() and _changed(agent, form, by=request.user):
        return redirect("people")
    return _show(request, pk, form)


def _changed(agent: Agent, form: ModelForm, *, by: Agent) -> bool:
    try:
        actions.change_person(agent, by=by, **form.cleaned_data)
    except actions.LastAdmin:
        form.add_error("role", last_admin())
    return not form.errors


def _show(request: SignedIn, pk: int, form: ModelForm, refused: str = "") -> HttpResponse:
    context = {"person": queries.people().get(pk=pk), "form": form, "refused": refused}
    return render(request, "agents/person.html", context)


def last_admin() -> str:
    return _("Somebody must administer the desk: make another person administrator first.")


@require_POST
@admin_only
def activity(request: SignedIn, pk: int) -> HttpResponse:
    """Put somebody out, or let them back in."""
    agent = get_object_or_404(Agent, pk=pk)
    change = actions.reactivate if request.POST.get("active") == "yes" else actions.deactivate
    try:
        change(agent, by=request.user)
    except actions.LastAdmin:
        return _show(request, pk, PersonForm(instance=agent), last_admin())
    return redirect("people")


@require_POST
@admin_only
def second_step(request: SignedIn, pk: int) -> HttpResponse:
    """Take the second step off for somebody who lost their phone."""
    actions.take_second_step_off(get_object_or_404(Agent, pk=pk), by=request.user)
    return redirect("person", pk)
