"""Who hears live of which conversation, and in whose inbox a change shows."""

from collections.abc import Iterable, Mapping

from sportello.agents.models import Agent
from sportello.realtime.topics import Feed, Scopes

from .models import Conversation

EVERYBODY = frozenset({"everybody"})


def may_hear(agent: Agent, conversation_id: int) -> bool:
    """Whether this conversation is among those the agent may see."""
    return Conversation.objects.visible_to(agent).filter(pk=conversation_id).exists()


def scopes(agent: Agent) -> Scopes:
    """Return what `visible_to` means for this agent, as words; None for who sees all."""
    if agent.is_supervisor:
        return None
    teams = {f"team:{pk}" for pk in agent.teams.values_list("pk", flat=True)}
    return frozenset({f"agent:{agent.pk}", *teams}) | (frozenset() if agent.is_guest else EVERYBODY)


def audiences(events: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Scopes]:
    """For each (name, topic), who sees the conversation.

    What is said in one leaves it with whom it is. Any other change may have taken it out of somebody's list (moved,
    assigned): everybody looks again.
    """
    events = list(events)
    ids = {topic: int(topic.partition(":")[2]) for name, topic in events if _stays(name)}
    rows = Conversation.objects.filter(pk__in=ids.values()).values_list("pk", "team_id", "assignee_id")
    seen_by = {pk: _seen_by(team_id, assignee_id) for pk, team_id, assignee_id in rows}
    return {(name, topic): seen_by.get(ids[topic]) if _stays(name) else None for name, topic in events}


def _stays(name: str) -> bool:
    return name.startswith("message.") or name == "conversation.created"


def _seen_by(team_id: int | None, assignee_id: int | None) -> Scopes:
    team = frozenset({f"team:{team_id}"}) if team_id else EVERYBODY
    return team | {f"agent:{assignee_id}"} if assignee_id else team


INBOX = Feed(of="conversation", scopes=scopes, audiences=audiences)
