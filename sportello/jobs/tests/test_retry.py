from datetime import timedelta

import pytest
from django.utils import timezone

from sportello.jobs import enqueue_once
from sportello.jobs.leases import claim, settle
from sportello.jobs.models import Job
from sportello.jobs.running import pause, run
from sportello.jobs.testing import drain

from . import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ran():
    tasks.ran.clear()
    return tasks.ran


def later(**delta):
    return timezone.now() + timedelta(**delta)


def test_a_failure_is_tried_again_and_then_waits_for_a_person(ran):
    tasks.fail.enqueue()
    assert [drain(now=later(hours=h)) for h in range(5)] == [1, 1, 1, 0, 0]
    assert ran == ["fail"] * 3
    dead = Job.objects.get()
    assert dead.state == Job.State.FAILED
    assert dead.error.endswith("ValueError: the oven is cold\n")


def test_in_a_test_the_failure_can_be_raised():
    tasks.fail.enqueue()
    with pytest.raises(ValueError, match="the oven is cold"):
        drain(raise_errors=True)


def test_a_handler_may_name_its_own_time_and_that_is_no_failure():
    tasks.later.enqueue()
    before = timezone.now()
    drain()
    job = Job.objects.get()
    assert (job.state, job.attempts, job.error) == (Job.State.SCHEDULED, 0, "the shop is closed")
    assert timedelta(minutes=7) <= job.run_after - before < timedelta(minutes=8)


def test_a_failed_query_does_not_spoil_the_next_job(ran):
    tasks.break_the_transaction.enqueue()
    tasks.note.enqueue("still here")
    assert drain() == 2
    assert ran == ["still here"]


def test_the_handler_learns_which_attempt_this_is(ran):
    tasks.count_attempts.enqueue()
    drain()
    drain(now=later(hours=1))
    drain(now=later(hours=2))
    assert ran == [1, 2, 3]
    assert Job.objects.get().state == Job.State.DONE


def test_the_pause_doubles_up_to_half_an_hour():
    assert [pause(n, chance=lambda: 1).seconds for n in (1, 2, 3, 4, 10, 99)] == [5, 10, 20, 40, 1800, 1800]
    assert pause(1, chance=lambda: 0) == timedelta(seconds=2.5)


def test_when_one_of_the_same_key_came_meanwhile_it_takes_over_the_attempts():
    enqueue_once(tasks.fail, key="bake")
    running = claim("me", 1)
    enqueue_once(tasks.fail, key="bake")
    settle("me", [run(running[0])])
    job = Job.objects.get()
    assert (job.state, job.attempts) == (Job.State.SCHEDULED, 1)
    assert "the oven is cold" in job.error


def test_while_it_backs_off_it_is_not_brought_forward():
    enqueue_once(tasks.fail, key="bake")
    drain()
    enqueue_once(tasks.fail, key="bake")
    assert Job.objects.get().run_after > timezone.now()
    assert drain() == 0
