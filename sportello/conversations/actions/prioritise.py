"""What comes first."""

from sportello.agents.models import Agent

from ..models import Conversation, Priority
from ._change import change


def prioritise(conversation: Conversation, priority: Priority, *, by: Agent) -> bool:
    """Set how urgent it is; return whether that changed anything."""
    return change(
        conversation,
        {"priority": priority},
        unless={"priority": priority},
        event="conversation.prioritised",
        by=by,
        priority=int(priority),
    )
