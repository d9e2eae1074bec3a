"""The threads of one process."""

import threading
from datetime import timedelta
from itertools import chain

import pytest
from django.db import connections, transaction
from django.utils import timezone

from sportello.jobs import enqueue_once, leases
from sportello.jobs import worker as worker_module
from sportello.jobs.crew import Crew
from sportello.jobs.leases import EVERYTHING, claim
from sportello.jobs.models import Job
from sportello.jobs.worker import Worker
from sportello.lib.testing import eventually

from . import tasks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def ran():
    tasks.ran.clear()
    tasks.gate.clear()
    yield tasks.ran
    tasks.gate.set()


@pytest.fixture
def crew():
    crew = Crew("test", EVERYTHING, 2)
    crew.start()
    yield crew
    tasks.gate.set()
    crew.stop()
    assert crew.join(20)


def states():
    return sorted(Job.objects.values_list("state", flat=True))


def test_a_job_of_this_process_starts_after_the_commit_and_not_before(crew, ran):
    with transaction.atomic():
        tasks.note.enqueue("bread")
        assert ran == []
    eventually(lambda: states() == ["done"])
    assert ran == ["bread"]


def test_many_jobs_run_once_each(crew, ran):
    with transaction.atomic():
        for n in range(300):
            tasks.note.enqueue(n)
    eventually(lambda: states() == ["done"] * 300)
    assert sorted(ran) == list(range(300))


def test_a_failure_waits_and_the_others_go_on(crew, ran):
    tasks.fail.enqueue()
    tasks.break_the_transaction.enqueue()
    tasks.note.enqueue("bread")
    eventually(lambda: states() == ["done", "scheduled", "scheduled"])


def test_the_urgent_overtakes_what_is_already_at_hand(crew, ran):
    tasks.hold.enqueue("a")
    tasks.hold.enqueue("b")
    eventually(lambda: len(ran) == 2)
    for n in range(4):
        tasks.note.enqueue(n)
    tasks.urgent.enqueue("fire")
    eventually(lambda: len(crew.queued) == 5)
    tasks.gate.set()
    eventually(lambda: len(ran) == 7)
    assert ran[2] == "fire"


def test_told_to_stop_it_finishes_what_runs_and_gives_back_the_rest(ran):
    crew = Crew("test", EVERYTHING, 1)
    crew.start()
    tasks.hold.enqueue("runs")
    eventually(lambda: ran == ["runs"])
    tasks.note.enqueue("waits")
    eventually(lambda: len(crew.queued) == 1)
    crew.stop()
    eventually(lambda: states() == ["running", "scheduled"])
    tasks.gate.set()
    assert crew.join(20)
    assert states() == ["done", "scheduled"]
    assert ran == ["runs"]
    given_back = Job.objects.get(state="scheduled")
    assert (given_back.attempts, given_back.leased_by) == (0, "")


def test_what_takes_too_long_to_stop_is_given_back(ran, monkeypatch):
    monkeypatch.setattr("sportello.jobs.crew.GRACE", 0.1)
    crew = Crew("test", EVERYTHING, 1)
    crew.start()
    tasks.hold.enqueue("for ever")
    eventually(lambda: ran == ["for ever"])
    crew.stop()
    eventually(lambda: states() == ["scheduled"])
    tasks.gate.set()
    assert crew.join(20)
    assert states() == ["scheduled"]


def test_the_pulse_renews_the_lease_of_a_long_job(ran, monkeypatch):
    monkeypatch.setattr(worker_module, "BEAT", 0)
    worker = Worker(threads=1, side_threads=1)
    worker.clock.recurring = {}
    worker.start()
    tasks.hold.enqueue("long")
    eventually(lambda: ran == ["long"])
    first = Job.objects.get().leased_until
    eventually(lambda: Job.objects.get().leased_until > first)
    tasks.gate.set()
    assert worker.stop()
    assert states() == ["done"]


def test_slow_queues_do_not_keep_the_ordinary_waiting(ran):
    worker = Worker(threads=1, side_threads=1)
    worker.clock.recurring = {}
    worker.start()
    tasks.hold.using(queue_name="network").enqueue("slow")
    eventually(lambda: ran == ["slow"])
    tasks.hold.using(queue_name="network").enqueue("slow too")
    tasks.note.enqueue("quick")
    eventually(lambda: ran == ["slow", "quick"])
    tasks.gate.set()
    worker.stop()


def in_threads(*functions):
    """Run these at the same moment, each on its own connection; return what they return."""
    start, results = threading.Barrier(len(functions)), {}

    def run(n, function):
        start.wait()
        try:
            results[n] = function()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [results[n] for n in range(len(functions))]


def test_of_eight_that_enqueue_once_at_the_same_moment_one_job_comes():
    in_threads(*[lambda: enqueue_once(tasks.note, "bread", key="bread")] * 8)
    assert states() == ["ready"]


def test_eight_that_bring_it_forward_at_the_same_moment_do_not_stop_each_other():
    enqueue_once(tasks.note, "bread", key="bread", run_after=timezone.now() + timedelta(hours=1))
    in_threads(*[lambda: enqueue_once(tasks.note, "bread", key="bread")] * 8)
    assert states() == ["ready"]


def test_of_four_that_claim_at_the_same_moment_each_gets_its_own():
    for n in range(40):
        tasks.note.enqueue(n)
    took = in_threads(*[lambda n=n: [job.pk for job in claim(f"worker {n}", 10)] for n in range(4)])
    assert sorted(chain.from_iterable(took)) == list(Job.objects.order_by("pk").values_list("pk", flat=True))
    assert Job.objects.filter(attempts=1).count() == 40


def test_a_waiting_job_is_not_taken_before_the_one_who_counted_on_it_commits():
    """Else the job would run without seeing what that transaction wrote, and nobody would come back for it."""
    enqueue_once(tasks.note, "read", key="read")
    committed, asked = threading.Event(), threading.Event()

    def count_on_it():
        with transaction.atomic():
            enqueue_once(tasks.note, "read", key="read")
            asked.set()
            claiming.wait(10)
            committed.set()

    claiming = threading.Event()

    def take():
        asked.wait(10)
        threading.Timer(0.2, claiming.set).start()
        took = claim("eager", 1)
        return bool(took) and not committed.is_set()

    assert in_threads(count_on_it, take) == [None, False]
    assert len(claim("later", 1)) + Job.objects.filter(leased_by="eager").count() == 1


def test_leases_come_back_within_half_a_minute():
    assert leases.LEASE.total_seconds() + 1 <= 30
    assert leases.LEASE.total_seconds() >= worker_module.BEAT * 4
