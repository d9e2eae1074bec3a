"""What an agent is writing: a row, so that nothing typed is ever lost."""

from typing import Any

from sportello.lib.html import sanitise

from ..models import Conversation, Draft, Message


def save_draft(
    conversation: Conversation,
    *,
    by,
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
        defaults={"html": sanitise(html), "parties": parties or {}, "seen": seen},
    )
    return draft


def discard_draft(conversation: Conversation, *, by, kind: str = Message.Kind.OUT) -> None:
    """Throw it away, with the files that were only in it."""
    for draft in Draft.objects.filter(conversation=conversation, agent=by, kind=kind):
        draft.attachments.all().delete()
        draft.delete()
