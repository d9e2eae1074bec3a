"""What a person can do about a job that failed for good."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from sportello.events.record import record

from .models import Job
from .wake import wake


@transaction.atomic
def revive(ids: Iterable[int], *, by: Any = None) -> int:
    """Let failed jobs run again, with all their attempts; return how many. A key that waits already is not doubled."""
    jobs = list(Job.objects.select_for_update().filter(pk__in=ids, state=Job.State.FAILED))
    revived = [job for job in jobs if _revive(job)]
    for job in jobs:
        record("job.revived", job, by=by, name=job.name)
    transaction.on_commit(wake)
    return len(revived)


def _revive(job: Job) -> bool:
    if job.key and Job.waiting(job.key).exists():
        Job.objects.filter(pk=job.pk).delete()
        return False
    job.state, job.attempts, job.run_after, job.finished_at = Job.State.READY, 0, timezone.now(), None
    job.leased_by, job.leased_until = "", None
    job.save()
    return True


@transaction.atomic
def discard(ids: Iterable[int], *, by: Any = None) -> int:
    """Put failed jobs aside for good; return how many."""
    jobs = list(Job.objects.select_for_update().filter(pk__in=ids, state=Job.State.FAILED))
    for job in jobs:
        record("job.discarded", job, by=by, name=job.name)
    Job.objects.filter(pk__in=[job.pk for job in jobs]).delete()
    return len(jobs)
