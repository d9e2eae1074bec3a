"""Tasks for the tests: they write down that they ran."""

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django_tasks import task

from sportello.jobs import Retry

ran: list = []  # what ran in this process, in order
gate = threading.Event()  # `hold` runs until it opens


@task
def note(what):
    ran.append(what)


@task(priority=50)
def urgent(what):
    ran.append(what)


@task(queue_name="slow")
def elsewhere(what):
    ran.append(what)


@task
def answer():
    return {"answer": 42}


@task(max_attempts=3)
def fail():
    ran.append("fail")
    raise ValueError("the oven is cold")


@task
def later():
    ran.append("later")
    raise Retry(timedelta(minutes=7), "the shop is closed")


@task
def break_the_transaction():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")


@task(takes_context=True)
def count_attempts(context):
    ran.append(context.attempt)
    if context.attempt < 3:
        raise ValueError("not yet")


@task
def hold(what):
    ran.append(what)
    gate.wait(20)


@task
def leave_a_line(path, what):
    """Do some work and leave a trace that outlives this process."""
    time.sleep(0.005)
    with Path(path).open("a") as file:
        file.write(f"{what}\n")


@task(max_attempts=3)
def kill_the_process():
    os.kill(os.getpid(), 9)
