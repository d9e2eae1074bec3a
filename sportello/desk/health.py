"""Is all well? Each check looks at one thing and says fine, watch (somebody should look) or wrong (it stands still)."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sportello.channels.models import Delivery, Inbox
from sportello.conversations.models import Sending
from sportello.jobs.models import Job
from sportello.ui import formats

log = structlog.get_logger(__name__)


class State(IntEnum):
    """From well to bad."""

    FINE = 0
    WATCH = 1
    WRONG = 2


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `figure` is for machines: seconds, bytes or a count, as its name says."""

    name: str
    label: Any
    state: State
    text: str
    figure: float = 0

    @property
    def word(self) -> str:
        return self.state.name.lower()


def look(now: datetime | None = None) -> list[Check]:
    """Look at everything. A database that does not answer is itself the finding."""
    now = now or timezone.now()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return [check(now) for check in (database, jobs, dead_letters, arrivals, inboxes, sendings, quarantine, disk)]
    except DatabaseError:
        log.exception("the database does not answer")
        sentence = _("The database does not answer.")
        return [Check("database", gettext_lazy("Database"), State.WRONG, sentence), disk(now)]


def worst(checks: Iterable[Check]) -> State:
    return max((check.state for check in checks), default=State.FINE)


def graded(value: float, watch: float, wrong: float) -> State:
    """Fine below `watch`, wrong from `wrong` on."""
    return State.WRONG if value >= wrong else State.WATCH if value >= watch else State.FINE


def database(now: datetime) -> Check:
    return Check("database", gettext_lazy("Database"), State.FINE, _("It answers."))


def jobs(now: datetime) -> Check:
    """Whether work is done: how long the oldest job that is due has waited."""
    due = Job.objects.filter(state__in=[Job.State.READY, Job.State.SCHEDULED], run_after__lte=now)
    waited = _since(due.aggregate(oldest=Min("run_after"))["oldest"], now)
    text = _("The oldest has waited for %(time)s. Does a worker run?") % {"time": _lapse(waited)}
    state = graded(waited, watch=60, wrong=300)
    return Check("oldest_job_seconds", gettext_lazy("Work"), state, text if state else _("Nothing waits long."), waited)


def dead_letters(now: datetime) -> Check:
    count = Job.objects.filter(state=Job.State.FAILED).count()
    text = ngettext("%(count)d job failed for good.", "%(count)d jobs failed for good.", count) % {"count": count}
    return _counted("failed_jobs", gettext_lazy("Failed jobs"), count, text)


def arrivals(now: datetime) -> Check:
    """Whether what arrived is read."""
    waiting = Delivery.objects.filter(state=Delivery.State.ARRIVED)
    waited = _since(waiting.aggregate(oldest=Min("arrived_at"))["oldest"], now)
    state = graded(waited, watch=120, wrong=900)
    text = _("The oldest has waited for %(time)s to be read.") % {"time": _lapse(waited)}
    label = gettext_lazy("Arrivals")
    return Check("oldest_arrival_seconds", label, state, text if state else _("All that arrived is read."), waited)


def inboxes(now: datetime) -> Check:
    """Whether every inbox is looked into. That another server is down is no standstill of ours."""
    count = sum(not inbox.works for inbox in inbox_lines(now))
    text = ngettext("%(count)d inbox is not read.", "%(count)d inboxes are not read.", count) % {"count": count}
    return _counted("failing_inboxes", gettext_lazy("Inboxes"), count, text, _("Every inbox is read."))


def sendings(now: datetime) -> Check:
    count = in_trouble().count()
    text = ngettext("%(count)d reply did not leave.", "%(count)d replies did not leave.", count) % {"count": count}
    return _counted("unsent_replies", gettext_lazy("Replies"), count, text, _("Every reply left."))


def quarantine(now: datetime) -> Check:
    count = Delivery.objects.filter(state=Delivery.State.QUARANTINED).count()
    text = ngettext("%(count)d could not be read.", "%(count)d could not be read.", count) % {"count": count}
    return _counted("quarantined", gettext_lazy("Quarantine"), count, text, _("Everything could be read."))


def disk(now: datetime) -> Check:
    """Free space where the data lies: below a gigabyte somebody should look, below 200 MB it stands still soon."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    state = State.WRONG if free < 200e6 else State.WATCH if free < 1e9 else State.FINE
    return Check("free_bytes", gettext_lazy("Disk"), state, _("%(size)s free.") % {"size": formats.size(free)}, free)


def in_trouble():
    """The replies a person has to look at: not sent, or perhaps sent."""
    return Sending.objects.filter(state__in=[Sending.State.FAILED, Sending.State.UNKNOWN])


@dataclass(frozen=True)
class InboxLine:
    """How one inbox fares."""

    inbox: Inbox
    looked_at: datetime | None
    failing_since: datetime | None
    reason: str
    works: bool


PATIENCE = timedelta(minutes=15)  # an inbox not looked into for longer is not read, whatever it says itself


def inbox_lines(now: datetime) -> list[InboxLine]:
    """Every active inbox, those in trouble first."""
    lines = [_inbox_line(inbox, now) for inbox in Inbox.objects.filter(is_active=True).select_related("cursor")]
    return sorted(lines, key=lambda line: (line.works, line.inbox.name))


def _inbox_line(inbox: Inbox, now: datetime) -> InboxLine:
    cursor = getattr(inbox, "cursor", None)
    if cursor is None:
        return InboxLine(inbox, None, None, inbox.check_reason, works=not inbox.check_reason)
    late = cursor.fetched_at is not None and now - cursor.fetched_at > PATIENCE
    return InboxLine(
        inbox, cursor.fetched_at, cursor.failing_since, cursor.reason, works=not (cursor.failing_since or late)
    )


def _counted(name: str, label: Any, count: int, text: str, none: str = "") -> Check:
    return Check(name, label, State.WATCH if count else State.FINE, text if count else none or _("None."), count)


def _since(at: datetime | None, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds()) if at else 0.0


def _lapse(seconds: float) -> str:
    return formats.lapse(timedelta(seconds=seconds))
