"""What an agent is writing: a row, so that nothing typed is ever lost."""

import secrets
from typing import Any

from sportello.agents.models import Agent
from sportello.channels.base import File
from sportello.lib.own_html import own_html

from ..files import attachment_of
from ..models import Attachment, Conversation, Draft, Message


def save_draft(
    conversation: Conversation,
    *,
    by: Agent,
    html: str,
    kind: str = Message.Kind.OUT,
    parties: dict[str, Any] | None = None,
    seen: int = 0,
) -> Draft:
    """Keep what they have typed so far. The last save wins; a reply and a note are two drafts."""
    draft, _ = Draft.objects.update_or_create(
        conversation=conversation,
        agent=by,
        kind=kind,
        defaults={"html": own_html(html), "parties": parties or {}, "seen": seen},
    )
    return draft


def discard_draft(conversation: Conversation, *, by: Agent, kind: str = Message.Kind.OUT) -> None:
    """Throw it away, with the files that were only in it."""
    for draft in Draft.objects.filter(conversation=conversation, agent=by, kind=kind):
        draft.attachments.all().delete()
        draft.delete()


def attach(conversation: Conversation, file: File, *, by: Agent, kind: str = Message.Kind.OUT) -> Attachment:
    """Add a file to what they are writing; a picture in the text gets the name a mail will know it by."""
    draft, _ = Draft.objects.get_or_create(conversation=conversation, agent=by, kind=kind)
    attachment = attachment_of(file)
    attachment.draft = draft
    if file.inline:
        attachment.content_id = f"{secrets.token_hex(12)}@sportello"
    attachment.save()
    return attachment


def detach(attachment: Attachment) -> None:
    """Take a file off a draft. Its bytes stay: another message may have the same."""
    attachment.delete()
