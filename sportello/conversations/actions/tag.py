"""Words that say what a conversation is about."""

from django.db import transaction

from sportello.agents.models import Agent
from sportello.events.record import record

from ..models import Conversation, Tag


@transaction.atomic
def tag(conversation: Conversation, name: str, *, by: Agent) -> Tag:
    """Put the tag of that name on it, making the tag when it is new. Twice is once."""
    label, _ = Tag.objects.get_or_create(name=name.strip()[:60])
    through = Conversation.tags.through
    if not through.objects.filter(conversation=conversation, tag=label).exists():
        conversation.tags.add(label)
        record("conversation.tagged", conversation, by=by, tag=label.name)
    return label


@transaction.atomic
def untag(conversation: Conversation, label: Tag, *, by: Agent) -> None:
    """Take the tag off."""
    removed, _ = Conversation.tags.through.objects.filter(conversation=conversation, tag=label).delete()
    if removed:
        record("conversation.untagged", conversation, by=by, tag=label.name)
