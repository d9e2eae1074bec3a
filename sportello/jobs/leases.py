"""Take jobs under a lease, keep it while they run, write down how they ended. Each is one short transaction."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from .models import ORDINARY, Job
from .running import Outcome

LEASE = timedelta(seconds=25)  # what a process held is taken over this long after it died
DIED = "The process died while this ran, more often than it may."


@dataclass(frozen=True)
class Lane:
    """Which queues a group of threads serves: what goes by another queue than the ordinary never blocks it."""

    name: str
    queues: Q


EVERYTHING = Lane("all", Q())
MAIN = Lane("main", Q(queue=ORDINARY))
SIDE = Lane("side", ~Q(queue=ORDINARY))


def anything_due(lane: Lane, now: datetime) -> bool:
    """Whether `claim` would find something; three looks at the top of an index."""
    jobs = Job.objects.filter(lane.queues)
    ready = jobs.filter(state=Job.State.READY)
    scheduled = jobs.filter(state=Job.State.SCHEDULED, run_after__lte=now)
    abandoned = jobs.filter(state=Job.State.RUNNING, leased_until__lt=now)
    return ready.exists() or scheduled.exists() or abandoned.exists()


@transaction.atomic
def claim(
    worker: str, limit: int, *, lane: Lane = EVERYTHING, abandoned: bool = True, now: datetime | None = None
) -> list[Job]:
    """Take up to `limit` jobs for this worker, the most urgent first. An attempt is counted from here.

    An abandoned job may be what killed its process: it is taken alone, so that it drags few others with it.
    """
    now = now or timezone.now()
    jobs = Job.objects.filter(lane.queues)
    expired = jobs.filter(state=Job.State.RUNNING, leased_until__lt=now).order_by("leased_until")
    if abandoned and (one := _take(expired, 1)):
        return _lease(_still_worth_it(one, now), worker, now)
    due = jobs.filter(state=Job.State.SCHEDULED, run_after__lte=now)
    if due.exists():
        due.update(state=Job.State.READY)
    ready = jobs.filter(state=Job.State.READY).order_by("-priority", "id")
    return _lease(_take(ready, limit), worker, now)


def _take(jobs: QuerySet[Job], limit: int) -> list[Job]:
    """Lock rows nobody else is taking (on SQLite the transaction itself is the lock)."""
    return list(jobs.select_for_update(skip_locked=True)[:limit])


def _still_worth_it(jobs: list[Job], now: datetime) -> list[Job]:
    for job in jobs:
        if job.attempts >= job.max_attempts:
            Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, finished_at=now, error=DIED)
    return [job for job in jobs if job.attempts < job.max_attempts]


def _lease(jobs: list[Job], worker: str, now: datetime) -> list[Job]:
    if jobs:
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(
            state=Job.State.RUNNING,
            leased_by=worker,
            leased_until=now + LEASE,
            started_at=now,
            attempts=F("attempts") + 1,
        )
    for job in jobs:
        job.state, job.leased_by, job.leased_until, job.started_at = Job.State.RUNNING, worker, now + LEASE, now
        job.attempts += 1
    return jobs


def held(worker: str, ids: Collection[int]) -> QuerySet[Job]:
    """Those of the jobs that this worker still holds: a lease that ran out may be somebody else's by now."""
    return Job.objects.filter(pk__in=ids, state=Job.State.RUNNING, leased_by=worker)


def renew(worker: str, ids: Collection[int]) -> int:
    """Hold these jobs for another lease; return how many of them are still ours."""
    return held(worker, ids).update(leased_until=timezone.now() + LEASE) if ids else 0


@transaction.atomic
def settle(worker: str, outcomes: Iterable[Outcome]) -> None:
    """Write down how these jobs ended, all in one transaction."""
    done = []
    for outcome in outcomes:
        if outcome.again:
            put_back(worker, outcome)
        elif outcome.error:
            _close(worker, [outcome.job.pk], state=Job.State.FAILED, error=outcome.error)
        elif outcome.result is not None:
            _close(worker, [outcome.job.pk], state=Job.State.DONE, result=outcome.result)
        else:
            done.append(outcome.job.pk)
    if done:
        _close(worker, done, state=Job.State.DONE)


def _close(worker: str, ids: list[int], **fields) -> None:
    held(worker, ids).update(finished_at=timezone.now(), **{"error": "", **fields})


@transaction.atomic
def put_back(worker: str, outcome: Outcome) -> None:
    """Let the job wait for another time. If one of the same key waits already, that one takes its place."""
    job = outcome.job
    mine = held(worker, [job.pk])
    twin = Job.waiting(job.key)
    if job.key and twin.exists():
        if mine.delete()[0] and outcome.counted:
            # It takes over the attempts too, or a job that always fails would never be seen to.
            twin.update(state=Job.State.SCHEDULED, run_after=outcome.again, attempts=job.attempts, error=outcome.error)
        return
    mine.update(
        state=Job.State.SCHEDULED,
        run_after=outcome.again,
        attempts=job.attempts if outcome.counted else job.attempts - 1,
        leased_by="",
        leased_until=None,
        error=outcome.error,
    )
