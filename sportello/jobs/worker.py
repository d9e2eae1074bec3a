"""The worker of a process: two crews, one pulse that keeps their leases and winds the clock of recurring jobs."""

import os
import secrets
import socket
import threading
from time import monotonic

import structlog
from django.db import DatabaseError, close_old_connections, connections

from .crew import GRACE, Crew
from .leases import LEASE, MAIN, SIDE, renew
from .recurring import Clock

log = structlog.get_logger(__name__)

BEAT = LEASE.total_seconds() / 5


class Worker:
    """Runs jobs in threads until told to stop. The side crew serves every queue but the ordinary one."""

    def __init__(self, *, threads: int = 4, side_threads: int = 3) -> None:
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.crews = [Crew(self.name, MAIN, threads), Crew(self.name, SIDE, side_threads)]
        self.clock = Clock()
        self.stopped = threading.Event()
        self.pulse = threading.Thread(target=self._pulse, name="jobs-pulse", daemon=True)

    def start(self) -> None:
        """Start the threads and return."""
        log.info("worker started", worker=self.name)
        for crew in self.crews:
            crew.start()
        self.pulse.start()

    def stop(self) -> bool:
        """Finish what runs, give back the rest; return whether all finished within the grace."""
        for crew in self.crews:
            crew.stop()
        until = monotonic() + GRACE + 2
        finished = all([crew.join(until - monotonic()) for crew in self.crews])
        self.stopped.set()
        self.pulse.join(5)
        log.info("worker stopped", worker=self.name)
        return finished

    def _pulse(self) -> None:
        beat = 0.0
        while not self.stopped.wait(1):
            try:
                close_old_connections()
                if monotonic() >= beat:
                    renew(self.name, [pk for crew in self.crews for pk in crew.in_hand()])
                    beat = monotonic() + BEAT
                self.clock.wind()
            except DatabaseError:
                log.exception("leases could not be renewed; trying again")
                connections.close_all()
        connections.close_all()
