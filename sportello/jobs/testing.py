"""Run jobs inside a test, in this thread and on its connection."""

from datetime import datetime

from django.db import DatabaseError, transaction

from . import Retry
from .leases import claim, settle
from .models import Job
from .running import Outcome, run

WORKER = "drain"


def drain(*, raise_errors: bool = False, now: datetime | None = None) -> int:
    """Run all jobs that are due until none is left; return how many were run.

    A job that fails waits for its next attempt as it would in production; with `raise_errors` its exception is raised
    instead. `now` is a later time to run as of: `drain(now=in_an_hour)` also runs what was scheduled till then.
    """
    count = 0
    while jobs := claim(WORKER, 1, now=now):
        for job in jobs:
            outcome = _run_apart(job, now)
            settle(WORKER, [outcome])
            count += 1
            if raise_errors and outcome.exception and not isinstance(outcome.exception, Retry):
                raise outcome.exception
    return count


def _run_apart(job: Job, now: datetime | None) -> Outcome:
    """Run it in a savepoint of its own, so that a failed query does not spoil the transaction of the test."""
    if not transaction.get_connection().in_atomic_block:
        return run(job, now=now)
    point = transaction.savepoint()
    outcome = run(job, now=now)
    if transaction.get_connection().needs_rollback or isinstance(outcome.exception, DatabaseError):
        transaction.set_rollback(False)
        transaction.savepoint_rollback(point)
    else:  # as in production, what it did before it failed stays
        transaction.savepoint_commit(point)
    return outcome
