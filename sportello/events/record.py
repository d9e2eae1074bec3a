"""Write down what happened and tell those who react to it."""

from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.module_loading import import_string

from .models import Event


def topic_of(thing: models.Model) -> str:
    """Return e.g. "conversation:12": what this thing is called in the stream of events."""
    return f"{thing._meta.model_name}:{thing.pk}"


def record(name: str, subject: models.Model, /, *, by: Any = None, **data: Any) -> Event:
    """Record one event about `subject`, in the caller's transaction. `data` must be JSON."""
    return record_many([Event(name=name, topic=topic_of(subject), by=by, data=data)])[0]


def record_many(events: Iterable[Event]) -> list[Event]:
    """Record several at once; each reaction is called once per name with the events of that name."""
    with transaction.atomic(savepoint=False):
        recorded = Event.objects.bulk_create(events)
        for name, group in groupby(recorded, key=lambda event: event.name):
            same = list(group)
            for react in [*reactions().get(name, ()), *reactions().get("*", ())]:
                react(same)
    return recorded


@cache
def reactions() -> dict[str, list]:
    """The table in `sportello/reactions.py`: event name, or "*" for all, to functions of a list of events.

    A reaction runs inside the transaction of the change: what takes long, or speaks to the world, it enqueues.
    """
    return import_string(settings.REACTIONS)
