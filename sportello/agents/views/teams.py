"""Teams: who answers what."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sportello.lib.access import supervisor_only

from .. import actions, queries
from ..forms.people import TeamForm
from ..models import Team
from ..requests import SignedIn


@require_safe
@supervisor_only
def teams(request: SignedIn) -> HttpResponse:
    return render(request, "agents/teams.html", {"teams": queries.teams()})


@require_http_methods(["GET", "POST"])
@supervisor_only
def new_team(request: SignedIn) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if form.is_valid():
        actions.create_team(by=request.user, **form.cleaned_data)
        return redirect("teams")
    return render(request, "agents/team.html", {"form": form})


@require_http_methods(["GET", "POST"])
@supervisor_only
def team(request: SignedIn, pk: int) -> HttpResponse:
    team = get_object_or_404(Team, pk=pk)
    form = TeamForm(request.POST or None, instance=team)
    if form.is_valid():
        actions.change_team(team, by=request.user, **form.cleaned_data)
        return redirect("teams")
    return render(request, "agents/team.html", {"form": form, "team": Team.objects.get(pk=pk)})


@require_POST
@supervisor_only
def team_removal(request: SignedIn, pk: int) -> HttpResponse:
    actions.delete_team(get_object_or_404(Team, pk=pk), by=request.user)
    return redirect("teams")
