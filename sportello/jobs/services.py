"""Loops that run all the time (watching mailboxes, receiving mail), kept alive by a worker."""

import threading
from collections.abc import Callable, Iterable
from time import monotonic

import structlog
from django.conf import settings
from django.db import close_old_connections, connections
from django.utils.module_loading import import_string

from sportello.lib.locks import file_lock

log = structlog.get_logger(__name__)

Service = Callable[[threading.Event], None]
PAUSES = (1.0, 60.0)  # seconds before a service that died is started again, doubling
ELSEWHERE = 2.0  # seconds between looks whether another process still runs it


def services() -> list[Service]:
    """The table in `sportello/reactions.py`."""
    return import_string(settings.SERVICES)


class Supervisor:
    """Runs each service in a thread, in one process of this machine, and starts it again when it dies."""

    def __init__(self, table: Iterable[Service] | None = None, pauses: tuple[float, float] = PAUSES) -> None:
        self.stopping = threading.Event()
        self.pauses = pauses
        self.threads = [
            threading.Thread(target=self._keep, args=(service,), name=name_of(service), daemon=True)
            for service in (services() if table is None else table)
        ]

    def start(self) -> None:
        """Start the threads and return."""
        for thread in self.threads:
            thread.start()

    def stop(self, timeout: float = 10) -> bool:
        """Tell every service to stop; return whether all did in time (seconds)."""
        self.stopping.set()
        until = monotonic() + timeout
        for thread in self.threads:
            thread.join(max(0, until - monotonic()))
        return not any(thread.is_alive() for thread in self.threads)

    def _keep(self, service: Service) -> None:
        path = settings.DATA_DIR / "locks" / f"{name_of(service)}.lock"
        while not self.stopping.is_set():
            with file_lock(path, wait=False) as ours:
                if ours:
                    self._keep_alive(service)
            self.stopping.wait(ELSEWHERE)
        connections.close_all()

    def _keep_alive(self, service: Service) -> None:
        pause, longest = self.pauses
        while not self.stopping.is_set():
            began = monotonic()
            rest = self._run(service)
            if monotonic() - began > longest:
                pause = self.pauses[0]
            self.stopping.wait(max(pause, rest))
            pause = min(pause * 2, longest)

    def _run(self, service: Service) -> float:
        """Run it once; return how long to rest at least: one that ends calmly has nothing to do for now."""
        with structlog.contextvars.bound_contextvars(service=name_of(service)):
            log.info("service started")
            try:
                service(self.stopping)
            except Exception:
                log.exception("service died; it will be started again")
                return 0
            finally:
                close_old_connections()
            log.info("service ended")
            return self.pauses[1]


def name_of(service: Service) -> str:
    """Return e.g. "sportello.channels.fetching.watch"."""
    return f"{service.__module__}.{getattr(service, '__qualname__', type(service).__name__)}"
