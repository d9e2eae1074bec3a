"""kill -9 of a real worker, again and again: no job is lost, and what had rolled back never runs."""

import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from django.db import transaction

from sportello.jobs.models import Job
from sportello.lib.testing import command, environment, eventually

from . import tasks

pytestmark = pytest.mark.django_db(transaction=True)

JOBS = 400
KILLS = 6


@contextmanager
def worker_process(env):
    worker = subprocess.Popen(
        [sys.executable, "-m", "sportello.jobs.tests.impatient_worker"], env=env, stdout=subprocess.PIPE
    )
    try:
        assert worker.stdout.readline() == b"working\n"
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def test_killed_again_and_again_no_job_is_lost(tmp_path):
    trace, env = tmp_path / "trace", environment()
    trace.touch()
    with transaction.atomic():
        for n in range(JOBS):
            tasks.leave_a_line.enqueue(str(trace), n)
    with pytest.raises(RuntimeError), transaction.atomic():
        tasks.leave_a_line.enqueue(str(trace), "rolled back")
        raise RuntimeError
    for kill in range(KILLS):
        with worker_process(env) as worker:
            eventually(lambda kill=kill: len(trace.read_text().split()) > (kill + 1) * JOBS // (KILLS * 2), within=60)
            worker.send_signal(signal.SIGKILL)
            assert worker.wait(10) == -signal.SIGKILL
    with worker_process(env):
        eventually(lambda: not Job.objects.exclude(state="done").exists(), within=120)
    lines = trace.read_text().splitlines()
    assert set(lines) == {str(n) for n in range(JOBS)}
    assert len(lines) < JOBS * 1.5  # those in hand at a kill may have run twice, not all of them


def test_what_kills_its_process_is_set_aside_and_the_rest_is_done(tmp_path):
    env = environment()
    tasks.kill_the_process.enqueue()
    for n in range(20):
        tasks.leave_a_line.enqueue(str(tmp_path / "trace"), n)
    for _ in range(10):
        with worker_process(env) as worker:
            eventually(lambda w=worker: w.poll() is not None or not waiting_or_running(), within=120)
        if not waiting_or_running():
            break
    assert Job.objects.get(state="failed").name == "kill_the_process"
    assert set((tmp_path / "trace").read_text().split()) == {str(n) for n in range(20)}


def waiting_or_running():
    return Job.objects.filter(state__in=["scheduled", "ready", "running"]).exists()


def test_sigterm_ends_it_calmly_and_nothing_stays_under_lease(tmp_path):
    for n in range(50):
        tasks.leave_a_line.enqueue(str(tmp_path / "trace"), n)
    worker = subprocess.Popen(command("work", "--no-services"), env=environment(), stdout=subprocess.PIPE)
    try:
        assert worker.stdout.readline().startswith(b"Working")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        worker.communicate()
    assert not Job.objects.filter(state="running").exists()
