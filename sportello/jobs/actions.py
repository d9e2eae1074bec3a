"""What a person can do about a job that failed for good."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from .models import Job
from .wake import wake


@transaction.atomic
def revive(ids: Iterable[int]) -> int:
    """Let failed jobs run again, with all their attempts; return how many. A key that waits already is not doubled."""
    count = 0
    for job in Job.objects.select_for_update().filter(pk__in=ids, state=Job.State.FAILED):
        if job.key and Job.waiting(job.key).exists():
            job.delete()
            continue
        job.state, job.attempts, job.run_after, job.finished_at = Job.State.READY, 0, timezone.now(), None
        job.leased_by, job.leased_until = "", None
        job.save()
        count += 1
    transaction.on_commit(wake)
    return count


def discard(ids: Iterable[int]) -> int:
    """Put failed jobs aside for good; return how many."""
    return Job.objects.filter(pk__in=ids, state=Job.State.FAILED).delete()[0]
