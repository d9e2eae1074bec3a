"""Tasks for the benches."""

from pathlib import Path
from time import perf_counter

from django_tasks import task

started: list[float] = []  # when `say_when` began, in this process


@task
def say_when(number):
    started.append(perf_counter())


@task
def nothing(number):
    """The least a job can do: what is left is what a job costs."""


@task
def leave_a_line(path, number):
    """Leave a trace that outlives the process."""
    with Path(path).open("a") as file:
        file.write(f"{number}\n")
