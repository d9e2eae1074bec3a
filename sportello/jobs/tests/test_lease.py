from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from sportello.jobs import enqueue_once
from sportello.jobs.leases import DIED, LEASE, MAIN, SIDE, claim, renew, settle
from sportello.jobs.models import Job
from sportello.jobs.running import Outcome, run

from . import tasks

pytestmark = pytest.mark.django_db


def after(delta):
    return timezone.now() + delta


def test_what_one_worker_took_another_does_not_get():
    tasks.note.enqueue("bread")
    assert len(claim("anna", 10)) == 1
    assert claim("ben", 10) == []


def test_a_dead_process_gives_its_jobs_back_after_the_lease():
    tasks.note.enqueue("bread")
    claim("dead", 10)
    assert claim("ben", 10, now=after(LEASE - timedelta(seconds=1))) == []
    taken = claim("ben", 10, now=after(LEASE + timedelta(seconds=1)))
    assert [(job.leased_by, job.attempts) for job in taken] == [("ben", 2)]
    assert LEASE.total_seconds() <= 30


def test_a_job_longer_than_its_lease_stays_ours_while_it_is_renewed():
    tasks.note.enqueue("a long story")
    job = claim("anna", 10)[0]
    Job.objects.update(leased_until=after(timedelta(seconds=1)))
    assert renew("anna", [job.pk]) == 1
    assert claim("ben", 10, now=after(LEASE - timedelta(seconds=2))) == []


def test_who_lost_the_lease_no_longer_decides():
    tasks.note.enqueue("bread")
    slow = claim("slow", 10)[0]
    claim("ben", 10, now=after(2 * LEASE))
    assert renew("slow", [slow.pk]) == 0
    settle("slow", [Outcome(slow, error="too late")])
    assert Job.objects.get().state == Job.State.RUNNING
    assert Job.objects.get().leased_by == "ben"


def test_the_abandoned_are_taken_one_at_a_time():
    for n in range(3):
        tasks.note.enqueue(n)
    claim("dead", 10)
    tasks.note.enqueue("new")
    assert [len(claim("ben", 10, now=after(2 * LEASE))) for _ in range(5)] == [1, 1, 1, 1, 0]


def test_a_busy_worker_leaves_the_abandoned_for_later():
    tasks.note.enqueue("old")
    claim("dead", 10)
    tasks.note.enqueue("new")
    taken = claim("ben", 10, abandoned=False, now=after(2 * LEASE))
    assert [job.args for job in taken] == [["new"]]


def test_what_kills_its_process_every_time_becomes_a_dead_letter():
    tasks.fail.enqueue()
    for n in range(5):
        claim("victim", 10, now=after((2 * n) * LEASE))
    dead = Job.objects.get()
    assert (dead.state, dead.attempts, dead.error) == (Job.State.FAILED, 3, DIED)


def test_other_queues_have_their_own_lane():
    tasks.note.enqueue("ordinary")
    tasks.elsewhere.enqueue("slow")
    assert [job.args for job in claim("ben", 10, lane=SIDE)] == [["slow"]]
    assert [job.args for job in claim("ben", 10, lane=MAIN)] == [["ordinary"]]


def test_many_are_settled_at_once_and_leave_the_table_as_they_ended():
    for n in range(3):
        tasks.note.enqueue(n)
    tasks.fail.enqueue()
    settle("me", [run(job) for job in claim("me", 10)])
    states = list(Job.objects.order_by("id").values_list("state", flat=True))
    assert states == ["done", "done", "done", "scheduled"]


def test_given_back_it_is_as_if_it_had_never_been_taken():
    enqueue_once(tasks.note, "bread", key="bread")
    job = claim("me", 1)[0]
    settle("me", [Outcome(job, again=timezone.now(), counted=False)])
    assert [(job.attempts, job.args) for job in Job.objects.all()] == [(0, ["bread"])]
    assert len(claim("ben", 1)) == 1


def test_every_look_at_the_table_is_through_an_index():
    """On SQLite a partial index is only used if its condition is seen to hold for the values that are bound."""
    if connection.vendor == "postgresql":  # which reads a table of a few rows without an index if it may
        connection.cursor().execute("SET LOCAL enable_seqscan = off")
    jobs = Job.objects.filter(MAIN.queues)
    plans = [
        jobs.filter(state=Job.State.READY).order_by("-priority", "id").explain(),
        Job.objects.filter(SIDE.queues, state=Job.State.READY).order_by("-priority", "id").explain(),
        jobs.filter(state=Job.State.SCHEDULED, run_after__lte=timezone.now()).explain(),
        jobs.filter(state=Job.State.RUNNING, leased_until__lt=timezone.now()).explain(),
        Job.waiting("a").explain(),
    ]
    used = ["job_ready", "job_ready_other", "job_scheduled", "job_leased", "job_waits_once"]
    assert all(f"{name} " in f"{plan} " for plan, name in zip(plans, used, strict=True)), plans
    assert not any("TEMP B-TREE" in plan or "Sort" in plan for plan in plans)
