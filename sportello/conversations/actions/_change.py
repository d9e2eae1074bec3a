"""The one way to change a conversation: an UPDATE that decides who was first, an event if it did something."""

from typing import Any

from django.db import transaction

from sportello.events.record import record

from ..models import Conversation


@transaction.atomic
def change(
    conversation: Conversation, fields: dict[str, Any], *, unless: dict[str, Any], event: str, by: Any, **data: Any
) -> bool:
    """Set `fields` unless the row already says `unless`; return whether it changed.

    Of two people who do the same at once, one changes it and one event is recorded.
    """
    changed = Conversation.objects.filter(pk=conversation.pk).exclude(**unless).update(**fields)
    if changed:
        record(event, conversation, by=by, **data)
    conversation.refresh_from_db(fields=[*fields])
    return bool(changed)
