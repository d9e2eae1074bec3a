"""Help for tests that start commands of ours as real processes and wait for what they do."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings

from .testing import database_url


def environment(**more: str) -> dict[str, str]:
    """Return the environment for a process that shall work on the database and the files of this test."""
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "SPORTELLO_DATA": str(Path(settings.DATA_DIR)),
        "SPORTELLO_SECRET_KEY": settings.SECRET_KEY,
        "PYTHONPATH": str(settings.BASE_DIR),
        **more,
    }


def command(*words: str) -> list[str]:
    """Return the command line of `sportello WORDS`, run from this very tree."""
    return [sys.executable, "-m", "sportello", *words]


def eventually(happens: Callable[[], object], *, within: float = 20) -> None:
    """Wait until `happens()` is true, for things another thread or process does; fail after `within` seconds."""
    until = monotonic() + within
    while not happens():
        assert monotonic() < until, f"did not happen within {within} seconds"
        sleep(0.02)
