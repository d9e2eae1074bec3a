"""Tasks for the tests: they write down that they ran."""

from datetime import timedelta

from django.db import connection
from django_tasks import task

from sportello.jobs import Retry

ran: list = []  # what ran in this process, in order


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
