"""Everything that can happen by a person's hand to a delivery that could not be read.

Of two people who click at once, one does it: the UPDATE decides, and one event is recorded. Its topic is the inbox,
as with arrivals: so that the audit can say of what.
"""

from django.db import transaction

from sportello.events.models import Event
from sportello.events.record import record, record_many, topic_of

from .models import Delivery, Inbox

State = Delivery.State
# Where a person may look at the bytes as they came: in quarantine, or put aside from there.
KEPT = (State.QUARANTINED, State.DISCARDED)
AGAIN = {"state": State.ARRIVED, "attempts": 0, "leased_until": None}


@transaction.atomic
def run_again(delivery: Delivery, *, by) -> bool:
    """Let it be read once more, with all its attempts; also one that was put aside. False: it no longer waited."""
    if not Delivery.objects.filter(pk=delivery.pk, state__in=KEPT).update(**AGAIN):
        return False
    record("delivery.released", delivery.inbox, by=by, count=1, reason=delivery.reason, delivery=delivery.pk)
    return True


@transaction.atomic
def run_again_all(reason: str, *, by) -> int:
    """Let all in quarantine for this reason be read once more, those put aside not; return how many.

    One event for each inbox, as with arrivals.
    """
    waiting = Delivery.objects.filter(state=State.QUARANTINED, reason=reason)
    inboxes = Inbox.objects.filter(pk__in=waiting.values("inbox")).order_by("pk")
    counts = [(inbox, waiting.filter(inbox=inbox).update(**AGAIN)) for inbox in inboxes]
    record_many(
        Event(name="delivery.released", topic=topic_of(inbox), by=by, data={"count": count, "reason": reason})
        for inbox, count in counts
        if count
    )
    return sum(count for _inbox, count in counts)


@transaction.atomic
def put_aside(delivery: Delivery, *, by) -> bool:
    """Nobody needs it. It is kept, and can be run again. False: it was no longer in quarantine."""
    if not Delivery.objects.filter(pk=delivery.pk, state=State.QUARANTINED).update(state=State.DISCARDED):
        return False
    record("delivery.discarded", delivery.inbox, by=by, reason=delivery.reason, delivery=delivery.pk)
    return True
