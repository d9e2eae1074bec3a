"""What `sportello serve` and `sportello work` share: tables up to date, a worker with its services, a calm end."""

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sportello.lib.locks import file_lock

from .services import Supervisor
from .worker import Worker

RESTORING = "A backup is being restored into this data. Wait until `sportello restore` is done."
MIGRATING = 7_365_637  # the number of our advisory lock on PostgreSQL


def migrate() -> int:
    """Bring the tables up to date; return how many migrations ran. Two processes that start together take turns."""
    with file_lock(settings.DATA_DIR / "locks" / "migrate.lock"), _database_lock():
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            call_command("migrate", verbosity=0, interactive=False)
        return len(plan)


@contextmanager
def _database_lock() -> Iterator[None]:
    """On PostgreSQL processes of several machines may start together."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])


def in_use(*, alone: bool = False) -> AbstractContextManager[bool]:
    """Say that this process uses the data, beside others or `alone` (a restore); yield whether it may."""
    return file_lock(settings.DATA_DIR / "locks" / "in-use.lock", shared=not alone, wait=False)


def keep_small() -> None:
    """Let glibc's malloc use two arenas, not eight per core: many threads then share what they free (set early)."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(-8, 2)  # M_ARENA_MAX


def told_to_stop() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set, instead of ending the process at once."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


@contextmanager
def working(*, threads: int, with_services: bool = True) -> Iterator[None]:
    """Run jobs and services in threads of this process while the body runs."""
    worker = Worker(threads=threads)
    supervisor = Supervisor(None if with_services else ())
    worker.start()
    supervisor.start()
    try:
        yield
    finally:
        supervisor.stopping.set()
        worker.stop()
        supervisor.stop()
