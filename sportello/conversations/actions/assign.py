"""Whose conversation it is."""

from django.db import transaction

from sportello.agents.models import Agent, Team
from sportello.events.record import record

from ..models import Conversation
from ._change import change


@transaction.atomic
def claim(conversation: Conversation, *, by: Agent) -> bool:
    """Take it if it is nobody's; return whether it is now theirs. Of two who click at once, one gets it."""
    free = Conversation.objects.filter(pk=conversation.pk, assignee=None)
    if free.update(assignee=by):
        record("conversation.claimed", conversation, by=by, agent=by.pk, agent_name=by.name)
    conversation.refresh_from_db(fields=["assignee"])
    return conversation.assignee_id == by.pk


def assign(conversation: Conversation, agent: Agent | None, *, by: Agent | None) -> bool:
    """Give it to somebody, or to nobody (`None`); return whether that changed anything."""
    return change(
        conversation,
        {"assignee": agent},
        unless={"assignee": agent},
        event="conversation.assigned",
        by=by,
        agent=agent and agent.pk,
        agent_name=agent.name if agent else "",
    )


def move(conversation: Conversation, team: Team | None, *, by: Agent) -> bool:
    """Hand it to another team, or to everybody (`None`); return whether that changed anything."""
    return change(
        conversation,
        {"team": team},
        unless={"team": team},
        event="conversation.moved",
        by=by,
        team=team and team.pk,
        team_name=team.name if team else "",
    )
