"""Run one job and say how it ended."""

import json
import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskContext
from django_tasks.utils import normalize_json

from . import Retry
from .backend import result_of
from .models import Job

LONGEST_ERROR = 4000  # characters kept of a traceback: its end says the most
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=30)


@dataclass(frozen=True)
class Outcome:
    """How a job ended. `again` is when it runs again; without it, it is done or, with an `error`, failed for good."""

    job: Job
    result: Any = None
    error: str = ""
    again: datetime | None = None
    counted: bool = True
    exception: BaseException | None = None


def run(job: Job, *, now: datetime | None = None) -> Outcome:
    """Call the task. Whatever it raises becomes an outcome: tried again later, or a dead letter."""
    try:
        result = _call(job)
    except Retry as retry:
        return Outcome(
            job,
            error=str(retry).replace("\0", ""),
            again=(now or timezone.now()) + retry.after,
            counted=False,
            exception=retry,
        )
    except (Exception, SystemExit) as e:
        error = "".join(traceback.format_exception(e)).replace("\0", "")[-LONGEST_ERROR:]
        last = job.attempts >= job.max_attempts
        again = None if last else (now or timezone.now()) + pause(job.attempts)
        return Outcome(job, error=error, again=again, exception=e)
    return Outcome(job, result=result)


def _call(job: Job) -> Any:
    task: Task = import_string(job.task)
    context = [TaskContext(task_result=result_of(job, task))] if task.takes_context else []
    call: Callable = task.call
    return _storable(call(*context, *job.args, **job.kwargs))


def _storable(result: Any) -> Any:
    result = normalize_json(result)
    if result is not None and "\\u0000" in json.dumps(result):
        raise ValueError("The result of a job cannot hold a zero character.")
    return result


def pause(attempts: int, chance: Callable[[], float] = random.random) -> timedelta:
    """Return how long to wait after so many failed attempts: doubling from five seconds, half to full of it."""
    longest = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return longest * (0.5 + chance() / 2)
