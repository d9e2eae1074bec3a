"""Seen, or to be seen again."""

from ..models import Conversation


def mark_read(conversation: Conversation) -> None:
    """Somebody has looked at what the customer wrote. No event: looking changes nothing for anyone else."""
    Conversation.objects.filter(pk=conversation.pk, unread=True).update(unread=False)
    conversation.unread = False


def mark_unread(conversation: Conversation) -> None:
    """Put the dot back: somebody should look again."""
    Conversation.objects.filter(pk=conversation.pk).update(unread=True)
    conversation.unread = True
