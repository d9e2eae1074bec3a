from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from sportello.jobs import enqueue_once
from sportello.jobs.models import Job
from sportello.jobs.testing import drain

from . import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ran():
    tasks.ran.clear()
    return tasks.ran


def test_a_job_runs_once_with_its_arguments(ran):
    tasks.note.enqueue("bread")
    assert drain() == 1
    assert drain() == 0
    assert ran == ["bread"]


def test_the_result_can_be_asked_for():
    asked = tasks.answer.enqueue()
    assert tasks.answer.get_result(asked.id).status == TaskResultStatus.READY
    drain()
    result = tasks.answer.get_result(asked.id)
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert result.return_value == {"answer": 42}
    with pytest.raises(TaskResultDoesNotExist):
        tasks.answer.get_result("999999")


def test_a_transaction_that_is_rolled_back_runs_nothing(ran):
    with pytest.raises(RuntimeError), transaction.atomic():
        tasks.note.enqueue("never")
        enqueue_once(tasks.note, "never", key="never")
        raise RuntimeError
    assert drain() == 0
    assert ran == []
    assert not Job.objects.exists()


def test_the_urgent_goes_first_then_the_oldest(ran):
    tasks.note.enqueue("first")
    tasks.note.enqueue("second")
    tasks.urgent.enqueue("fire")
    drain()
    assert ran == ["fire", "first", "second"]


def test_what_is_for_later_waits(ran):
    tasks.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("tea")
    assert drain() == 0
    assert drain(now=timezone.now() + timedelta(minutes=61)) == 1
    assert ran == ["tea"]


def test_of_one_key_one_waits_and_a_running_one_does_not_count(ran):
    enqueue_once(tasks.note, 1, key="read")
    enqueue_once(tasks.note, 2, key="read")
    enqueue_once(tasks.note, 3, key="else")
    drain()
    assert ran == [1, 3]
    Job.objects.update(state=Job.State.RUNNING, leased_until=timezone.now())
    enqueue_once(tasks.note, 4, key="read")
    assert Job.objects.filter(state=Job.State.READY).get().args == [4]


def test_asking_for_sooner_brings_it_forward_and_for_later_does_not_put_it_off():
    now = timezone.now()
    enqueue_once(tasks.note, 1, key="read", run_after=now + timedelta(hours=2))
    enqueue_once(tasks.note, 1, key="read", run_after=now + timedelta(hours=1))
    assert Job.objects.get().run_after == now + timedelta(hours=1)
    enqueue_once(tasks.note, 1, key="read", run_after=now + timedelta(hours=3))
    assert Job.objects.get().run_after == now + timedelta(hours=1)
    enqueue_once(tasks.note, 1, key="read")
    assert Job.objects.get().state == Job.State.READY
