"""An open page, as far as the stream is concerned: it remembers what it heard, and goes on where it was."""

import json
import queue
import threading
from dataclasses import dataclass, field

import httpx2
from django.conf import settings
from django.test import Client

WITHIN = 5.0
QUIET = 0.7


@dataclass(frozen=True)
class Heard:
    event: str
    data: dict = field(default_factory=dict)
    id: int | None = None


def cookie_of(agent):
    """Sign in somewhere; return what the browser then sends."""
    client = Client()
    client.force_login(agent)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


class Page:
    """Listens in a thread until it is closed or the stream ends; like a browser, it drops what it knows already.

    `before`: the same page before the line broke. Use as a context.
    """

    def __init__(self, url, agent, topics, *, since=None, before=None):
        self.url = f"{url}/live?topics={topics}" + ("" if since is None else f"&since={since}")
        self.last, self.known = (before.last, before.known) if before else (None, set())
        self.headers = {"last-event-id": str(self.last)} if before else {}
        self.cookies = cookie_of(agent) if agent else {}
        self.heard = queue.Queue()
        self.status = None
        self._opened = threading.Event()

    def __enter__(self):
        self._client = httpx2.Client(timeout=60, cookies=self.cookies)
        self._stream = self._client.stream("GET", self.url, headers=self.headers)
        self._answer = self._stream.__enter__()
        self.status = self._answer.status_code
        if self.status == 200:
            self._thread = threading.Thread(target=self._listen, daemon=True)
            self._thread.start()
            assert self._opened.wait(WITHIN)
        return self

    def __exit__(self, *_):
        self._client.close()

    def next(self, *events, within=WITHIN):
        """Return the next of these events, and fail when there is none in time."""
        while True:
            heard = self.heard.get(timeout=within)
            if heard.event in (events or ("signal",)):
                return heard

    def told(self):
        """The names of the next signals until it is quiet."""
        names = []
        try:
            while True:
                names.append(self.next("signal", within=QUIET).data["name"])
        except queue.Empty:
            return names

    def _listen(self):
        current = {}
        try:
            for line in self._answer.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    current[name] = value
                elif "event" in current:
                    self._take(current)
                    current = {}
        except httpx2.TransportError:
            pass
        self.heard.put(Heard("end"))

    def _take(self, current):
        id = int(current["id"]) if "id" in current else None
        self.last = id or self.last
        heard = Heard(current["event"], json.loads(current["data"]), id)
        signal = (heard.data.get("topic"), heard.data.get("id"))
        if heard.event != "signal" or signal not in self.known:
            self.heard.put(heard)
        self.known.add(signal)
        self._opened.set()
