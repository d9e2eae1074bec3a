"""The labels themselves. Putting one on a conversation is in tag.py."""

from django.db import transaction

from sportello.agents.models import Agent
from sportello.events.record import record

from ..models import Tag


@transaction.atomic
def create_tag(name: str, *, by: Agent) -> Tag:
    """Make a label; raise `IntegrityError` when there is one of this name."""
    tag = Tag.objects.create(name=name)
    record("tag.created", tag, by=by, name=name)
    return tag


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, by: Agent) -> None:
    """Call it otherwise, wherever it is on."""
    before = Tag.objects.get(pk=tag.pk).name
    if before != name and Tag.objects.filter(pk=tag.pk).update(name=name):
        record("tag.renamed", tag, by=by, changes={"name": [before, name]})


@transaction.atomic
def delete_tag(tag: Tag, *, by: Agent) -> None:
    """Take it off every conversation, for good."""
    record("tag.deleted", tag, by=by, name=tag.name, conversations=tag.conversations.count())
    tag.delete()
