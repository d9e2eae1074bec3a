"""Roles, teams, coming and going. There is always an administrator."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db import transaction

from sportello.events.changes import difference
from sportello.events.record import record

from ..models import Agent, Role, Team
from .sessions import end_sessions


class LastAdmin(Exception):
    """Without this one nobody could change the settings any more."""


def _keep_an_admin(agent: Agent) -> None:
    """Raise `LastAdmin` when nobody else administers. Of two who leave at once, the second waits here and stays."""
    admins = Agent.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk").select_for_update()
    if {admin.pk for admin in admins} == {agent.pk}:
        raise LastAdmin


def _facts(agent: Agent) -> dict:
    return {"name": agent.name, "role": agent.role, "teams": sorted(agent.teams.values_list("name", flat=True))}


@transaction.atomic
def change_person(agent: Agent, *, name: str, role: str, teams: Iterable[Team], by: Agent) -> None:
    """Change what others may change of a person; raise `LastAdmin`."""
    if role != Role.ADMIN:
        _keep_an_admin(agent)
    before = _facts(Agent.objects.get(pk=agent.pk))
    agent.name, agent.role = name, role
    agent.save(update_fields=["name", "role"])
    agent.teams.set(teams)
    if changes := difference(before, _facts(agent)):
        record("agent.changed", agent, by=by, changes=changes)


@transaction.atomic
def deactivate(agent: Agent, *, by: Agent) -> None:
    """Put somebody out: signed out everywhere at once. Their words stay. Raise `LastAdmin`."""
    _keep_an_admin(agent)
    if Agent.objects.filter(pk=agent.pk, is_active=True).update(is_active=False):
        agent.sessions.all().delete()
        record("agent.deactivated", agent, by=by)
    agent.refresh_from_db()


@transaction.atomic
def reactivate(agent: Agent, *, by: Agent) -> None:
    """Let somebody who left come back, with the role and the teams they had."""
    if Agent.objects.filter(pk=agent.pk, is_active=False).update(is_active=True):
        record("agent.reactivated", agent, by=by)
    agent.refresh_from_db()


@transaction.atomic
def take_second_step_off(agent: Agent, *, by: Agent) -> None:
    """Somebody lost their phone: the password alone opens again, and every browser is signed out."""
    removed, _rows = Authenticator.objects.filter(user=agent).delete()
    if removed:
        end_sessions(agent, by=by)
        record("agent.second_step_taken_off", agent, by=by)


@transaction.atomic
def change_profile(agent: Agent, *, by: Agent, **fields) -> None:
    """Change what is everybody's own: name, language, theme, signature."""
    before = {field: getattr(Agent.objects.get(pk=agent.pk), field) for field in fields}
    for field, value in fields.items():
        setattr(agent, field, value)
    agent.save(update_fields=list(fields))
    if changes := difference(before, fields):
        record("agent.changed", agent, by=by, changes=changes)
