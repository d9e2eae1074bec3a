"""Read what arrived: stored bytes → a channel parses them → received into conversations, fifty at a time.

A delivery is read under a lease. Whoever dies over it leaves it to the next, who reads such ones alone, so that a
mail that kills its reader three times goes to quarantine and never stops the queue behind it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from sportello.channels.base import Unreadable
from sportello.channels.models import Delivery
from sportello.channels.registry import channel_of
from sportello.channels.storing import delivery_body
from sportello.events.record import record
from sportello.jobs import enqueue_once

from .actions import receive_many
from .files import attachment_of
from .receiving.arrived import Arrived

BATCH = 50
BATCH_BYTES = 16 * 1024 * 1024
LEASE = timedelta(minutes=2)
FATAL = 3  # attempts that ended with the reader's death

log = structlog.get_logger()


@task()
def read_waiting() -> None:
    """Read everything that waits, until nothing is left that is ours to read."""
    while taken := take():
        read(taken)
    _come_back_for_leased()


def read_arrivals(_events) -> None:
    """Reaction: something arrived, so one reader should look; many arrivals make one job."""
    enqueue_once(read_waiting, key="read_waiting")


def take(limit: int = BATCH) -> list[Delivery]:
    """Lease the oldest deliveries that nobody is reading, and count the attempt before it is made.

    One whose reader died is taken alone: if it is what kills, it kills nobody's work but its own.
    """
    now = timezone.now()
    free = Delivery.objects.filter(state=Delivery.State.ARRIVED).filter(Q(leased_until=None) | Q(leased_until__lt=now))
    with transaction.atomic():
        waiting = free.order_by("id").select_for_update(skip_locked=True)
        ids = _next(list(waiting.values_list("pk", "size", "attempts")[:limit]))
        Delivery.objects.filter(pk__in=ids).update(leased_until=now + LEASE, attempts=F("attempts") + 1)
    return list(Delivery.objects.filter(pk__in=ids).select_related("inbox").order_by("id"))


def _next(waiting: Sequence[tuple[int, int, int]]) -> list[int]:
    """Of (id, bytes, attempts), oldest first: those to read together, while they fit in memory, or one alone."""
    together: list[int] = []
    total = 0
    for pk, size, attempts in waiting:
        total += size
        if together and (attempts or total > BATCH_BYTES):
            break
        together.append(pk)
        if attempts:
            break
    return together


def read(deliveries: Sequence[Delivery]) -> None:
    """Parse and receive these together; if that fails, one by one, so that only the culprit is put aside."""
    understood = []
    for delivery in deliveries:
        if (arrived := _parse(delivery)) is not None:
            understood.append((delivery, arrived))
    try:
        _receive(understood)
    except OperationalError:  # Database locked, disk full: nobody's fault, the job comes back.
        _give_back(deliveries)
        raise
    except Exception as failure:
        if len(understood) == 1:
            quarantine(understood[0][0], _("It could not be stored: %s") % _words(failure))
            return
        log.warning("batch_failed", error=repr(failure), deliveries=len(understood))
        for delivery, _arrived in understood:
            read([delivery])


def quarantine(delivery: Delivery, reason: str) -> None:
    """Put it where a person can see why, look at it and run it again."""
    with transaction.atomic():
        waiting = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.ARRIVED)
        if waiting.update(state=Delivery.State.QUARANTINED, reason=reason[:500], leased_until=None):
            record("delivery.quarantined", delivery, reason=reason[:500])


def _parse(delivery: Delivery) -> list[Arrived] | None:
    """Return the messages in a delivery, files already stored; None when it went to quarantine instead."""
    if delivery.attempts > FATAL:
        quarantine(delivery, _("Reading it stopped the program %d times.") % (delivery.attempts - 1))
        return None
    try:
        channel = channel_of(delivery.inbox)
        found = channel.parse(delivery_body(delivery), delivery.headers)
    except Unreadable as failure:
        quarantine(delivery, str(failure))
        return None
    except Exception as failure:
        log.exception("unreadable_delivery", delivery=delivery.pk)
        quarantine(delivery, _("It could not be understood: %s") % _words(failure))
        return None
    return [
        Arrived(delivery.inbox, inbound, delivery, [attachment_of(file) for file in inbound.files]) for inbound in found
    ]


@transaction.atomic
def _receive(understood: Sequence[tuple[Delivery, list[Arrived]]]) -> None:
    receive_many([one for _delivery, arrived in understood for one in arrived])
    ids = [delivery.pk for delivery, _arrived in understood]
    Delivery.objects.filter(pk__in=ids).update(state=Delivery.State.READ, leased_until=None, reason="")


def _give_back(deliveries: Sequence[Delivery]) -> None:
    """Let the next reader have them at once, this attempt not counted."""
    taken = Delivery.objects.filter(pk__in=[one.pk for one in deliveries], state=Delivery.State.ARRIVED)
    taken.update(leased_until=None, attempts=F("attempts") - 1)


def _come_back_for_leased() -> None:
    """What another reader holds is looked at again when its lease ends: that reader may be dead."""
    leased = Delivery.objects.filter(state=Delivery.State.ARRIVED).order_by("leased_until")
    until: datetime | None = leased.values_list("leased_until", flat=True).first()
    if until:
        enqueue_once(read_waiting, key="read_waiting", run_after=until + timedelta(seconds=1))


def _words(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}"
