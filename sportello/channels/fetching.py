"""Looking for new messages: one watcher per inbox that fetches, in whichever process holds its lease.

The cursor and the messages are stored in one transaction: whoever dies in between has done nothing, and whoever
fetches twice stores once. The lease only spares the server a second visitor; nothing depends on it.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .base import Channel, ChannelError, NotFetched
from .models import Cursor, Inbox
from .registry import channel_of, channels
from .storing import store

log = structlog.get_logger(__name__)

LOOK = 2.0
LEASE = timedelta(seconds=45)
RENEW = 15.0
# A line that a router forgot is found out, and the folder looked at, at least this often.
LONGEST_WAIT = 240.0
# Seconds between attempts: the first, doubled each time up to the last.
PAUSE = (2.0, 300.0)
PAUSE_FOR_GOOD = (60.0, 1800.0)


def fetch_inbox(inbox_id: int) -> int:
    """Fetch once what is new in this inbox; return how many were new. Raise `NotFetched`, also written down."""
    channel = channel_of(Inbox.objects.get(pk=inbox_id))
    try:
        return fetch(inbox_id, channel)
    except NotFetched as failure:
        note_failure(inbox_id, failure)
        raise
    finally:
        channel.close()


def fetch(inbox_id: int, channel: Channel) -> int:
    """Store what is new, batch by batch; return how many were new."""
    cursor, _created = Cursor.objects.get_or_create(inbox_id=inbox_id)
    new = 0
    for batch in channel.fetch(cursor.value):
        found = [(mail.key, mail.body, mail.reason) for mail in batch.messages]
        new += store(inbox_id, found, cursor=batch.cursor)
    keep_renewed(inbox_id, channel)
    Cursor.objects.filter(inbox_id=inbox_id).update(fetched_at=timezone.now(), failing_since=None, reason="")
    return new


def note_failure(inbox_id: int, failure: ChannelError) -> None:
    """Write down since when this inbox cannot be looked into, and why."""
    now = timezone.now()
    Cursor.objects.get_or_create(inbox_id=inbox_id)
    Cursor.objects.filter(inbox_id=inbox_id, failing_since=None).update(failing_since=now)
    Cursor.objects.filter(inbox_id=inbox_id).update(reason=str(failure)[:500])


@transaction.atomic
def keep_renewed(inbox_id: int, channel: Channel) -> None:
    """Keep what the vendor renewed while we talked (a grant), unless a person has changed it meanwhile."""
    if not channel.renewed:
        return
    inbox = Inbox.objects.select_for_update().get(pk=inbox_id)
    same = all(inbox.settings.get(name) == channel.settings.get(name) for name in channel.renewed)
    if same:
        inbox.settings = {**inbox.settings, **channel.renewed}
        inbox.save(update_fields=["settings"])
    channel.settings = {**channel.settings, **channel.renewed}
    channel.renewed = {}


class Watcher(threading.Thread):
    """One inbox, looked at for ever: fetch, wait until something may be new, fetch again."""

    def __init__(self, inbox: Inbox):
        super().__init__(name=f"inbox-{inbox.pk}", daemon=True)
        self.inbox_id = inbox.pk
        self.channel = channel_of(inbox)
        self.known = dict(self.channel.settings)
        self.cancelled = threading.Event()

    def run(self) -> None:
        failures = 0
        while not self.cancelled.is_set():
            try:
                self._look()
                failures = 0
                self.channel.wait(LONGEST_WAIT, self.cancelled.is_set)
            except NotFetched as failure:
                self._pause(failure, failures)
                failures += 1
            except Exception as error:
                # A mistake of ours must not end the watching of an inbox, nor pass unseen.
                log.exception("inbox.watcher_failed", inbox=self.inbox_id)
                self._pause(NotFetched(_("Unexpected error: {error!r}").format(error=error)), failures)
                failures += 1
        self.channel.close()

    def _look(self) -> None:
        try:
            new = fetch(self.inbox_id, self.channel)
            self.known = dict(self.channel.settings)
            if new:
                log.info("inbox.fetched", inbox=self.inbox_id, new=new)
        finally:
            connection.close()

    def _pause(self, failure: NotFetched, failures: int) -> None:
        self.channel.close()
        log.warning("inbox.not_fetched", inbox=self.inbox_id, reason=str(failure), permanent=failure.permanent)
        try:
            note_failure(self.inbox_id, failure)
        except DatabaseError:
            log.exception("inbox.failure_not_noted", inbox=self.inbox_id)
        finally:
            connection.close()
        self.cancelled.wait(pause(failures, permanent=failure.permanent))


def pause(failures: int, *, permanent: bool, jitter: Callable[[], float] = random.random) -> float:
    """Return how many seconds to leave a server alone after so many failures before this one."""
    first, last = PAUSE_FOR_GOOD if permanent else PAUSE
    return min(last, first * 2 ** min(failures, 16)) * (0.75 + jitter() / 2)


def watch(stop: threading.Event) -> None:
    """The service: keep one watcher for each inbox that fetches, follow changes within seconds, end on `stop`."""
    me = uuid.uuid4().hex
    watchers: dict[int, Watcher] = {}
    renewed = float("-inf")
    try:
        while not stop.is_set():
            wanted = _wanted()
            if time.monotonic() - renewed > RENEW or wanted.keys() != watchers.keys():
                mine, renewed = _lease(me, wanted.keys()), time.monotonic()
            _follow({pk: inbox for pk, inbox in wanted.items() if pk in mine}, watchers)
            connection.close()
            stop.wait(LOOK)
    finally:
        _follow({}, watchers)
        Cursor.objects.filter(watcher=me).update(watcher="", leased_until=None)
        connection.close()


def _wanted() -> dict[int, Inbox]:
    """Active inboxes that have somewhere to look."""
    kinds = [kind for kind, channel in channels().items() if channel.can_fetch]
    inboxes = Inbox.objects.filter(is_active=True, kind__in=kinds)
    return {inbox.pk: inbox for inbox in inboxes if channel_of(inbox).fetches()}


def _lease(me: str, wanted) -> set[int]:
    """Take or renew what nobody else holds; return what is ours."""
    Cursor.objects.bulk_create([Cursor(inbox_id=pk) for pk in wanted], ignore_conflicts=True)
    now = timezone.now()
    free = Q(watcher=me) | Q(leased_until=None) | Q(leased_until__lt=now)
    Cursor.objects.filter(free, inbox_id__in=wanted).update(watcher=me, leased_until=now + LEASE)
    Cursor.objects.filter(watcher=me).exclude(inbox_id__in=wanted).update(watcher="", leased_until=None)
    return set(Cursor.objects.filter(watcher=me).values_list("inbox_id", flat=True))


def _follow(wanted: dict[int, Inbox], watchers: dict[int, Watcher]) -> None:
    """End the watchers of inboxes that are gone or changed, start those that are missing."""
    ending = [
        watchers.pop(pk)
        for pk, watcher in list(watchers.items())
        if not watcher.is_alive() or pk not in wanted or channel_of(wanted[pk]).settings != watcher.known
    ]
    for watcher in ending:
        watcher.cancelled.set()
    for watcher in ending:
        watcher.join(timeout=10)
    for pk in wanted.keys() - watchers.keys():
        watchers[pk] = Watcher(wanted[pk])
        watchers[pk].start()
