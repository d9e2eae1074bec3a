"""Django's Tasks API over the table of jobs: enqueueing is an INSERT in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from .models import Job
from .wake import wake

STATUS = {
    Job.State.SCHEDULED: TaskResultStatus.READY,
    Job.State.READY: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTask(Task):
    """A task that says how often it may fail before a person has to look: `@task(max_attempts=3)`."""

    max_attempts: int = 10


class LeaseBackend(BaseTaskBackend):
    """Jobs are rows of the main database, taken by workers under a lease."""

    task_class = LeaseTask
    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Insert the job in the caller's transaction: a rollback takes it back."""
        self.validate_task(task)
        job = _job(task, args, kwargs)
        job.save(force_insert=True)
        transaction.on_commit(wake)
        return result_of(job, task)

    def enqueue_once(
        self, task: Task, args: Sequence, kwargs: Mapping, *, key: str, run_after: datetime | None
    ) -> None:
        """See `sportello.jobs.enqueue_once`."""
        self.validate_task(task)
        job = _job(task.using(run_after=run_after), args, kwargs, key=key)
        with transaction.atomic(savepoint=False):
            while not _hold_waiting(job):
                Job.objects.bulk_create([job], ignore_conflicts=True)
        transaction.on_commit(wake)

    def get_result(self, result_id: str) -> TaskResult:
        """Return how the job fares; raise `TaskResultDoesNotExist` when it was pruned, hours after it was done."""
        try:
            return result_of(Job.objects.get(pk=int(result_id)))
        except (Job.DoesNotExist, ValueError):
            raise TaskResultDoesNotExist(result_id) from None


def _job(task: Task, args: Any, kwargs: Any, *, key: str = "") -> Job:
    now = timezone.now()
    due = task.run_after or now
    return Job(
        task=task.module_path,
        args=normalize_json(args),
        kwargs=normalize_json(kwargs),
        queue=task.queue_name,
        priority=task.priority,
        key=key,
        state=Job.State.READY if due <= now else Job.State.SCHEDULED,
        run_after=due,
        enqueued_at=now,
        max_attempts=getattr(task, "max_attempts", 10),
    )


def _hold_waiting(job: Job) -> bool:
    """Is one with this key waiting? If so keep it waiting until our transaction ends, and bring it forward.

    Without holding it, a worker could take it before we commit, not see what we wrote, and nobody would come back.
    On SQLite nobody takes anything while we write. On PostgreSQL a shared lock makes workers pass over the row
    (SKIP LOCKED) while several writers may hold it at once. To bring it forward comes first: two who both held the
    shared lock and then wanted to write would wait for each other for ever.
    """
    waiting = Job.waiting(job.key)
    for_later = waiting.filter(state=Job.State.SCHEDULED, run_after__gt=job.run_after, attempts=0)
    if for_later.update(run_after=job.run_after, state=job.state):
        return True
    if connection.vendor != "postgresql":
        return waiting.exists()
    sql, params = waiting.values("id").query.sql_with_params()
    return bool(Job.objects.raw(f"{sql} FOR SHARE", params))


def result_of(job: Job, task: Task | None = None) -> TaskResult:
    """Return the job as the Tasks API tells it."""
    error = TaskError(exception_class_path="builtins.Exception", traceback=job.error)
    result: TaskResult = TaskResult(
        task=task or import_string(job.task),
        id=str(job.pk),
        status=STATUS[Job.State(job.state)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=job.args,
        kwargs=job.kwargs,
        backend="default",
        errors=[error] if job.error else [],
        worker_ids=[job.leased_by] * job.attempts,
    )
    object.__setattr__(result, "_return_value", job.result)
    return result
