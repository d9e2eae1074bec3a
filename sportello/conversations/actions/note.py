"""What the team says to itself. The customer never sees it."""

from django.db import transaction

from sportello.agents.models import Agent
from sportello.events.record import record
from sportello.lib.html import to_text
from sportello.lib.own_html import own_html

from ..models import Attachment, Conversation, Message
from .draft import discard_draft


@transaction.atomic
def note(conversation: Conversation, *, by: Agent, html: str, files: tuple[int, ...] = (), nonce: str = "") -> Message:
    """Write an internal note. With the same `nonce`, sending it twice is once."""
    if nonce and (twin := Message.objects.filter(author=by, nonce=nonce).first()):
        return twin
    # Whoever writes into a conversation holds its row: its messages become visible in the order of their ids.
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    clean = own_html(html)
    message = Message.objects.create(
        conversation=conversation,
        inbox_id=conversation.inbox_id,
        kind=Message.Kind.NOTE,
        author=by,
        html=clean,
        text=to_text(clean).strip(),
        nonce=nonce,
    )
    Attachment.objects.filter(pk__in=files, message=None, draft__agent=by).update(message=message, draft=None)
    discard_draft(conversation, by=by, kind=Message.Kind.NOTE)
    record("message.noted", conversation, by=by, message=message.pk)
    return message
