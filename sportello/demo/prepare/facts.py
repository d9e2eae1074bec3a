"""The facts copied onto a conversation, worked out from rows that are not in the database yet.

The same as `conversations.summary.refresh` would find: a test compares the two.
"""

from collections.abc import Sequence
from datetime import datetime

from sportello.conversations.models import Conversation, Message
from sportello.conversations.summary import preview_of

from ..season.story import Turn

Said = tuple[Turn, Message]


def copy_facts(conversation: Conversation, said: Sequence[Said]) -> None:
    """Set preview, times, counts and flags from what was said, in the order it was."""
    aloud = [message for turn, message in said if not turn.note]
    conversation.message_count = len(aloud)
    conversation.preview = preview_of(aloud[-1].text)
    conversation.last_message_at = aloud[-1].created_at
    conversation.failed = any(turn.state in ("failed", "unknown") for turn, _ in said)
    conversation.waiting_since = _waiting_since(said) if conversation.is_open else None


def _waiting_since(said: Sequence[Said]) -> datetime | None:
    """Their first word after our last one that left."""
    since = None
    for turn, message in said:
        if message.kind == Message.Kind.OUT and turn.state != "failed":
            since = None
        elif message.kind == Message.Kind.IN and not message.auto:
            since = since or message.created_at
    return since
