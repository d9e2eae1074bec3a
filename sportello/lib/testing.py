"""What tests and benches share: processes of ours over the database of the test, and patience for what they do."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import httpx2
from django.conf import settings
from django.db import connection

READY_WITHIN = 30.0
Found = TypeVar("Found")


def free_port() -> int:
    """Return a port of loopback that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database_url() -> str:
    """Return where another process finds the database this one uses (in a test, the test's)."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def environment(**more: str) -> dict[str, str]:
    """Return the environment for a process that shall work on the database and the files of this test."""
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "SPORTELLO_DATA": str(settings.DATA_DIR),
        "SPORTELLO_SECRET_KEY": settings.SECRET_KEY,
        "PYTHONPATH": str(settings.BASE_DIR),
        **more,
    }


def command(*words: str) -> list[str]:
    """Return the command line of `sportello WORDS`, run from this very tree."""
    return [sys.executable, "-m", "sportello", *words]


def eventually(look: Callable[[], Found], *, within: float = 20, every: float = 0.02) -> Found:
    """Return what `look` finds once it is true: another thread or process does it; fail after `within` seconds."""
    until = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < until, f"did not happen within {within} seconds"
        time.sleep(every)
    return found


class Server:
    """A running `application`, on one `core` if wanted. What it says is in `server.log` of its `data` folder."""

    def __init__(
        self, data: Path, application: str = "sportello.asgi:application", core: int | None = None, **environment: str
    ):
        self.data = data
        self.application = application
        self.core = core
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = environment
        self.process: subprocess.Popen | None = None

    def start(self) -> "Server":
        """Start it, again on the same port after `kill`; return when it answers."""
        told = {"SPORTELLO_DATA": str(self.data), "PYTHONWARNINGS": "ignore", **self.environment}
        command = [sys.executable, "-m", "uvicorn", self.application, "--port", str(self.port)]
        quiet = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "1"]
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen([*command, *quiet], env=environment(**told), stdout=log, stderr=log)  # noqa: S603
        if self.core is not None:
            os.sched_setaffinity(self.process.pid, {self.core})
        self._wait_until_ready()
        return self

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def said(self) -> str:
        return (self.data / "server.log").read_text()

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            with contextlib.suppress(httpx2.TransportError):
                httpx2.head(f"{self.url}/hooks/", timeout=5)
                return
            if self.process and self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"The server did not start: {self.said()}")

    def _end(self, how: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(how)
            self.process.wait(10)
            self.process = None
