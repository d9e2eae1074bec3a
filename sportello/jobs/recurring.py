"""Recurring jobs: a cron line each, enqueued once per tick however many processes there are."""

from collections.abc import Mapping
from datetime import UTC, datetime

from cronsim import CronSim
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task

from . import enqueue_once
from .models import Tick

Table = Mapping[str, tuple[str, Task]]


def table() -> Table:
    """The table in `sportello/reactions.py`: a name to a cron line, in the time zone of settings, and a task."""
    return import_string(settings.RECURRING)


def last_due(line: str, now: datetime) -> datetime:
    """Return the latest moment up to `now` that this cron line names, by the clock on the wall (DST included)."""
    return next(CronSim(line, _local(now), reverse=True)).astimezone(UTC)


def next_due(line: str, now: datetime) -> datetime:
    """Return the first moment after `now` that this cron line names."""
    return next(CronSim(line, _local(now))).astimezone(UTC)


def _local(now: datetime) -> datetime:
    # Not a whole second, or CronSim would not count a tick at this very second as past.
    return timezone.localtime(now.replace(microsecond=1), timezone.get_default_timezone())


class Clock:
    """Enqueues what is due. Ticks that were missed while nothing ran are made up for once, not once each."""

    def __init__(self, recurring: Table | None = None) -> None:
        self.recurring = recurring
        self.next: dict[str, datetime] = {}

    def wind(self, now: datetime | None = None) -> int:
        """Enqueue each recurring job whose time has come and that nobody else enqueued; return how many."""
        now = now or timezone.now()
        if self.recurring is None:
            self.recurring = table()
        due = [name for name in self.recurring if self.next.get(name, now) <= now]
        return sum([self._tick(name, now) for name in due])

    def _tick(self, name: str, now: datetime) -> bool:
        line, task = (self.recurring or {})[name]
        enqueued = enqueue_tick(name, task, last_due(line, now), now)
        self.next[name] = next_due(line, now)
        return enqueued


@transaction.atomic
def enqueue_tick(name: str, task: Task, due: datetime, now: datetime) -> bool:
    """Enqueue the job unless this tick was already seen to. The UPDATE decides which process was first."""
    _, new = Tick.objects.get_or_create(name=name, defaults={"at": now})
    if new or not Tick.objects.filter(name=name, at__lt=due).update(at=due):
        return False
    enqueue_once(task, key=f"recurring:{name}")
    return True
