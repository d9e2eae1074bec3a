"""What runs later: jobs in the transaction of the change, under a lease, tried again, never lost.

    @task(priority=10)
    def send(message_id): ...

    send.enqueue(message.pk)                                       # now, once this transaction commits
    send.using(run_after=in_ten_seconds).enqueue(message.pk)       # not before then
    enqueue_once(read_waiting, key="read_waiting")                 # at most one of these is waiting

A job may start twice (its process died, its lease ran out): handlers are idempotent.
"""

from datetime import datetime, timedelta
from typing import Any

from django_tasks.base import Task


class Retry(Exception):
    """Raised by a handler: not now, again `after` this time. It does not count as a failed attempt."""

    def __init__(self, after: timedelta, reason: str = "") -> None:
        super().__init__(reason)
        self.after = after


def enqueue_once(task: Task, *args: Any, key: str, run_after: datetime | None = None, **kwargs: Any) -> None:
    """Enqueue unless a job with this key is already waiting; one that is running does not count.

    If one is waiting for a later time than `run_after`, it is brought forward, except while it backs off after a
    failure. Whatever the caller's transaction wrote is seen by the job that then runs.
    """
    task.get_backend().enqueue_once(task, args, kwargs, key=key, run_after=run_after)  # type: ignore[attr-defined]
