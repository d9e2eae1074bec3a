"""What of the conversations can be found by its words."""

from collections.abc import Iterable

from sportello import search

from .models import Message


def index_messages(messages: Iterable[Message]) -> None:
    """Make these messages findable by their subject, text, sender and file names, in the caller's transaction."""
    search.index([_document(message) for message in messages])


def _document(message: Message) -> "search.Document":
    sender = message.parties.get("from", {})
    words = [message.subject, message.text, sender.get("name", ""), sender.get("address", "")]
    return search.Document(
        kind="message",
        ref=message.pk,
        group=message.conversation_id,
        text="\n".join(filter(None, words)),
        at=message.created_at,
        language=message.conversation.language,
    )
