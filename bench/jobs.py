"""Jobs a second on one core, and none lost under kill -9.

The limit is what the database does with as many bare rows: inserted and deleted, in batches of the same size.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, sleep

from django.db import connection, transaction

from sportello.jobs.crew import MOST, Crew
from sportello.jobs.leases import EVERYTHING
from sportello.jobs.models import Job

from . import tasks
from .rows import Row, rate, spread


def bench(quick: bool) -> Iterator[Row]:
    count = 2000 if quick else 20_000
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one core for all threads of this process
    limit = rate(count, lambda: bare_rows(count))
    enqueued = rate(count, lambda: enqueue(count))
    run = rate(count, run_all)
    yield Row("jobs enqueued", enqueued)
    yield Row("jobs run", run, limit=limit, promise=2000)
    yield Row("jobs enqueued and run", 1 / (1 / enqueued + 1 / run), limit=limit)
    waits = from_commit_to_start(50 if quick else 300)
    yield Row("from commit to start, idle worker", max(waits) * 1000, "ms", **spread(waits))
    yield from under_fire(count // 4, kills=3 if quick else 10)


def bare_rows(count: int) -> None:
    """Insert and delete, without index or constraint, MOST rows in each transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, task TEXT, args TEXT, state TEXT)")
        rows = [(n, "bench.tasks.nothing", f"[{n}]", "ready") for n in range(count)]
        for start in range(0, count, MOST):
            with transaction.atomic():
                cursor.executemany("INSERT INTO bare VALUES (%s, %s, %s, %s)", rows[start : start + MOST])
            with transaction.atomic():
                cursor.execute("DELETE FROM bare WHERE id >= %s AND id < %s", [start, start + MOST])


def enqueue(count: int) -> None:
    for start in range(0, count, MOST):
        with transaction.atomic():
            for n in range(start, min(start + MOST, count)):
                tasks.nothing.enqueue(n)


def run_all() -> None:
    crew = Crew("bench", EVERYTHING, 4)
    crew.start()
    while Job.objects.exclude(state=Job.State.DONE).exists():
        sleep(0.02)
    crew.stop()
    crew.join(10)


def from_commit_to_start(count: int) -> list[float]:
    """Seconds from the commit of a job to its first line in a thread of the same process."""
    crew = Crew("bench", EVERYTHING, 4)
    crew.start()
    waits = []
    for n in range(count):
        tasks.started.clear()
        tasks.say_when.enqueue(n)
        committed = perf_counter()
        _until(lambda: tasks.started, every=0.001)
        waits.append(max(0.0, tasks.started[0] - committed))
    crew.stop()
    crew.join(10)
    return waits


def under_fire(count: int, kills: int) -> Iterator[Row]:
    """Kill a worker process with -9 again and again while it runs jobs that leave a line each."""
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace"
        trace.touch()
        with transaction.atomic():
            for n in range(count):
                tasks.leave_a_line.enqueue(str(trace), n)
        for kill in range(kills):
            worker = _worker()
            _until(lambda kill=kill: trace.read_bytes().count(b"\n") >= count * (kill + 1) // (kills + 1))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        worker = _worker()
        _until(lambda: not Job.objects.exclude(state=Job.State.DONE).exists())
        worker.terminate()
        worker.wait()
        ran = trace.read_text().split()
    yield Row(f"lost of {count:,} under {kills} kills", count - len(set(ran)), "lost", promise=0)
    yield Row(f"run twice of {count:,} under {kills} kills", len(ran) - len(set(ran)), "twice")


def _worker() -> subprocess.Popen:
    """A real worker process, whose leases run out after 1.5 s instead of 25 so that we need not wait."""
    return subprocess.Popen([sys.executable, "-m", "sportello.jobs.tests.impatient_worker"], stdout=subprocess.DEVNULL)


def _until(happens: Callable[[], object], every: float = 0.01) -> None:
    while not happens():
        sleep(every)
