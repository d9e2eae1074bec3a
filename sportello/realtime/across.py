"""Between processes: through Redis, one wakes the others the moment it commits. Without, they look by themselves."""

import json
import logging
import threading
from collections.abc import Callable
from queue import Full, Queue
from typing import Any

from .signals import Signal

log = logging.getLogger(__name__)

CHANNEL = "sportello:live"
WAKE = b""
AGAIN_AFTER = 0.25


class Line:
    """One process's line to the others; silent without `url`.

    `woken()`: somebody committed something. `heard(signal)`: somebody passed on what is kept nowhere.
    Nothing here is relied upon: who is not woken reads a few seconds later.
    """

    def __init__(self, url: str, *, woken: Callable[[], None], heard: Callable[[Signal], None]):
        self.url = url
        self.woken = woken
        self.heard = heard
        self._outbox: Queue[bytes] = Queue(100)
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        self._id = ""

    def wake(self) -> None:
        """Wake the readers of the other processes. Never blocks: a thread does the talking."""
        if self.url and self._outbox.empty():
            self._send(WAKE)

    def pass_on(self, signal: Signal) -> None:
        if self.url:
            self._send(json.dumps([signal.name, signal.topic, dict(signal.data)]).encode())

    def listen(self) -> None:
        """Hear the others from now on."""
        if self.url:
            self._ensure("live-ear", self._hear)

    def _send(self, message: bytes) -> None:
        self._ensure("live-mouth", self._speak)
        try:
            self._outbox.put_nowait(message)
        except Full:
            log.warning("Redis is too slow: other processes are not woken at once")

    def _ensure(self, name: str, target: Callable[[], None]) -> None:
        with self._lock:
            thread = self._threads.get(name)
            if thread is None or not thread.is_alive():
                self._threads[name] = threading.Thread(target=target, name=name, daemon=True)
                self._threads[name].start()

    def _speak(self) -> None:
        import redis  # A quarter of a second: only for who uses it.

        client = redis.Redis.from_url(self.url, socket_timeout=5, socket_connect_timeout=5)
        while True:
            message = self._outbox.get()
            try:
                client.publish(CHANNEL, message)
            except redis.RedisError as error:
                log.warning("Redis: %s", error)

    def _hear(self) -> None:
        import redis

        pause = threading.Event()
        while True:
            try:
                self._hear_until_it_breaks(redis.Redis.from_url(self.url, socket_connect_timeout=5))
            except redis.RedisError as error:
                log.warning("Redis: %s; looking by ourselves until it is back", error)
            self.woken()
            pause.wait(AGAIN_AFTER)

    def _hear_until_it_breaks(self, client: Any) -> None:
        with client.pubsub(ignore_subscribe_messages=True) as ear:
            ear.subscribe(CHANNEL)
            self.woken()
            while True:
                if message := ear.get_message(timeout=10):
                    self._take(message["data"])

    def _take(self, message: bytes) -> None:
        if message == WAKE:
            self.woken()
            return
        name, topic, data = json.loads(message)
        self.heard(Signal(0, name, topic, data))
