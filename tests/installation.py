"""A real installation in a folder of its own, driven by real processes: for what only a process can show."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PREPARE = "import django; django.setup()\n"


class Installation:
    """Its data folder, its SQLite database, and the environment its processes run in."""

    def __init__(self, folder: Path, **environment: str):
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "sportello.settings",
            "SPORTELLO_DATA": str(folder),
            "SPORTELLO_SECRET_KEY": "the key of a test",
            "PYTHONPATH": str(ROOT),
            **environment,
        }

    def python(self, code: str, *arguments: str) -> str:
        """Run this code with Django ready and return what it printed; raise when it fails."""
        done = self.start(code, *arguments, stdout=subprocess.PIPE)
        printed, _ = done.communicate(timeout=120)
        assert done.returncode == 0, f"the code ended with {done.returncode}"
        return printed.decode().strip()

    def start(self, code: str, *arguments: str, **options) -> subprocess.Popen:
        """Start this code with Django ready, as a process of its own."""
        command = [sys.executable, "-c", PREPARE + code, *arguments]
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, **options)

    def sportello(self, *arguments: str) -> None:
        """Run `sportello …` to its end."""
        subprocess.run([sys.executable, "-m", "sportello", *arguments], env=self.environment, cwd=ROOT, check=True)

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen]:
        """`sportello …` for as long as the block lasts."""
        command = [sys.executable, "-m", "sportello", *arguments]
        process = subprocess.Popen(command, env=self.environment, cwd=ROOT)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def kill(process: subprocess.Popen) -> None:
    """As a power cut would: no last words."""
    process.send_signal(signal.SIGKILL)
    process.wait()
