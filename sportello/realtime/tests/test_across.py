"""With Redis, a commit in one process is told by the others at once; without it, a little later."""

import contextlib
import queue
import shutil
import subprocess
import time

import pytest
import redis

from sportello.events.record import record
from sportello.lib.testing import Server, free_port
from sportello.realtime import live
from sportello.realtime.across import Line

from .page import Page

pytestmark = pytest.mark.redis


class Redis:
    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--dir", str(self.folder), "--save", ""]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis.from_url(self.url)
        for _ in range(200):
            with contextlib.suppress(redis.ConnectionError):
                return client.ping()
            time.sleep(0.02)
        raise RuntimeError("redis-server did not start")

    def kill(self):
        self.process.kill()
        self.process.wait(10)


@pytest.fixture
def other_redis(tmp_path):
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed: bin/services install")
    server = Redis(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def lazy_server(transactional_db, tmp_path, other_redis):
    """A server that hardly looks for events by itself."""
    server = Server(tmp_path, REDIS_URL=other_redis.url, SPORTELLO_LIVE_POLL="60").start()
    yield server
    server.stop()


@pytest.fixture
def line(other_redis, monkeypatch):
    """This process speaks through Redis too."""
    line = Line(other_redis.url, woken=lambda: None, heard=lambda signal: None)
    monkeypatch.setattr(live, "line", line)
    return line


def test_a_change_in_another_process_is_told_at_once(lazy_server, line, ben, conversation):
    with Page(lazy_server.url, ben, f"conversation:{conversation.pk}") as page:
        record("message.received", conversation, message=7)
        assert page.next().data["data"] == {"message": 7}


def test_what_is_kept_nowhere_is_passed_on(lazy_server, line, ben, conversation):
    with Page(lazy_server.url, ben, f"conversation:{conversation.pk}") as page:
        heard = None
        while not heard:  # Whoever is not there yet does not hear it, and nobody minds.
            live.whisper(f"conversation:{conversation.pk}", "typing", agent=7)
            with contextlib.suppress(queue.Empty):
                heard = page.next(within=0.2)
    assert (heard.data["name"], heard.data["data"], heard.id) == ("typing", {"agent": 7}, None)


def test_without_redis_we_look_by_ourselves(lazy_server, line, other_redis, ben, conversation):
    with Page(lazy_server.url, ben, f"conversation:{conversation.pk}") as page:
        other_redis.kill()
        record("message.received", conversation, message=7)
        assert page.next().data["data"] == {"message": 7}
        other_redis.start()
        record("message.received", conversation, message=8)
        assert page.next().data["data"] == {"message": 8}
