"""Teams: who shares conversations, and which inboxes are theirs."""

from collections.abc import Iterable

from django.db import transaction

from sportello.channels.models import Inbox
from sportello.events.changes import difference
from sportello.events.record import record

from ..models import Agent, Team


def _facts(team: Team) -> dict:
    names = {"inboxes": team.inboxes, "agents": team.agents}
    return {"name": team.name, **{key: sorted(rows.values_list("name", flat=True)) for key, rows in names.items()}}


@transaction.atomic
def create_team(*, name: str, inboxes: Iterable[Inbox], agents: Iterable[Agent], by: Agent) -> Team:
    """Make a team; raise `IntegrityError` when the name is taken."""
    team = Team.objects.create(name=name)
    _fill(team, inboxes, agents)
    record("team.created", team, by=by, changes=difference({}, _facts(team)))
    return team


@transaction.atomic
def change_team(team: Team, *, name: str, inboxes: Iterable[Inbox], agents: Iterable[Agent], by: Agent) -> None:
    """Change its name, inboxes and people. What arrived before stays where it is."""
    before = _facts(Team.objects.get(pk=team.pk))
    team.name = name
    team.save()
    _fill(team, inboxes, agents)
    if changes := difference(before, _facts(team)):
        record("team.changed", team, by=by, changes=changes)


def _fill(team: Team, inboxes: Iterable[Inbox], agents: Iterable[Agent]) -> None:
    """Who is no longer active keeps their teams: they are not on the form, and may come back."""
    team.inboxes.set(inboxes)
    team.agents.set([*agents, *team.agents.filter(is_active=False)])


@transaction.atomic
def delete_team(team: Team, *, by: Agent) -> None:
    """Dissolve it. Its conversations are then everybody's."""
    record("team.deleted", team, by=by, name=team.name)
    team.delete()
