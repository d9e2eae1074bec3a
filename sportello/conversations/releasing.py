"""Who leaves the desk leaves their open conversations to the others."""

from sportello.agents.models import Agent
from sportello.events.models import Event

from .actions import assign
from .models import Conversation


def release(events: list[Event]) -> None:
    """Reaction to `agent.deactivated`: what they had open is nobody's again, and shows up as such."""
    for event in events:
        agent = Agent.objects.get(pk=event.subject_id)
        for conversation in Conversation.objects.open().filter(assignee=agent):
            assign(conversation, None, by=event.by)
