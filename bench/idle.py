"""What the one process costs, on the demo's season: time until ready, memory at rest and after some hundred pages.

The promises: ready within 5 s once installed, at most 200 MiB resident at rest.
"""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, sleep

from django.conf import settings
from django.test import Client

from sportello.agents.models import Agent
from sportello.lib.testing import command, free_port

from .rows import Row, spread

AT_REST = 8  # seconds after which the start is over


def bench(quick: bool) -> Iterator[Row]:
    os.environ |= {"SPORTELLO_DEMO": "1", "SPORTELLO_LOG_LEVEL": "WARNING"}
    os.environ |= {"SPORTELLO_SMTP_PORT": str(free_port()), "SPORTELLO_DEMO_MAIL_PORT": str(free_port())}
    subprocess.run(command("demo", "--conversations", "300" if quick else "3000"), check=True, stdout=sys.stderr)
    starts = [ready_and_gone() for _ in range(2 if quick else 5)]
    yield Row("ready after start", max(starts), "s", promise=5, **spread(starts))
    server, address = start()
    try:
        answer(address)
        sleep(AT_REST)
        cpu = processor_seconds(server)
        yield Row("memory at rest", resident(server), "MiB", promise=200)
        sleep(AT_REST)
        yield Row("processor at rest", (processor_seconds(server) - cpu) / AT_REST * 100, "% of a core")
        inside = signed_in()
        took = [answer(address, inside) for _ in range(50 if quick else 500)]
        yield Row("memory after some hundred pages", resident(server), "MiB", **spread(took))
    finally:
        stop(server)


def start() -> tuple[subprocess.Popen, str]:
    """Start `sportello serve`; return it and its address once it says that it is ready."""
    server = subprocess.Popen(command("serve", "--port", "0"), stdout=subprocess.PIPE, text=True)
    for line in server.stdout or ():
        if found := re.search(r"http://\S+", line):
            return server, found[0]
    raise RuntimeError("sportello serve did not start")


def stop(server: subprocess.Popen) -> None:
    server.send_signal(signal.SIGTERM)
    server.wait(30)
    if server.stdout:
        server.stdout.close()


def ready_and_gone() -> float:
    """Seconds from the start of the process to its first answered page."""
    began = perf_counter()
    server, address = start()
    answer(address)
    seconds = perf_counter() - began
    stop(server)
    return seconds


def signed_in() -> str:
    """Return the cookie of an agent of the demo."""
    client = Client()
    client.force_login(Agent.objects.filter(role="agent").order_by("pk")[0])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def answer(address: str, cookie: str = "") -> float:
    """Ask for the first page (the inbox, when signed in); return how long it took (seconds)."""
    began = perf_counter()
    asked = urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(asked, timeout=30) as page:
        page.read()
    return perf_counter() - began


def resident(server: subprocess.Popen) -> float:
    """Resident memory of the process, MiB."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def processor_seconds(server: subprocess.Popen) -> float:
    """Processor time that the process has used so far, seconds."""
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
