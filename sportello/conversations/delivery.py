"""Hand replies to their channel: under a lease, tried again when it helps, never twice.

The row of `Sending` is the truth. `handing_over` is written right before the step after which a message may have
left: who dies before it leaves a message that is tried again, who dies after it one of unknown fate, shown to a
person. Nothing here guesses.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from sportello.channels.base import DeliveryUnknown, NotDelivered, PartlyDelivered
from sportello.channels.fetching import keep_renewed
from sportello.channels.registry import channel_of
from sportello.events.models import Event
from sportello.events.record import record

from .models import Sending
from .outbound import outbound_of
from .summary import refresh

State = Sending.State
log = structlog.get_logger()

# A worker that talks this long without handing over is dead. The channel's own time limit is shorter.
LEASE = timedelta(minutes=6)
AFTER_HANDING_OVER = timedelta(minutes=15)
BACKOFF = [timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60, 120, 240, 480, 480)]


def send_queued(events: list[Event]) -> None:
    """Reaction: a message was queued, so a worker takes it when its time to undo is over."""
    for event in events:
        send.using(run_after=datetime.fromisoformat(event.data["due"])).enqueue(event.data["message"])


@task(priority=10, queue_name="network")
def send(message_id: int) -> None:
    """Send one message if it is due and nobody else has it. Harmless when started twice."""
    sending = Sending.objects.select_related("message__inbox__brand", "message__conversation").get(message=message_id)
    if not _take(sending):
        _look_again(sending)
        return
    message = sending.message
    try:
        channel = channel_of(message.inbox)
        channel.send(outbound_of(message), handing_over=lambda: _handing_over(sending))
    except PartlyDelivered as failure:
        _settle(sending, State.SENT, "message.partly_sent", str(failure))
    except DeliveryUnknown as failure:
        _settle(sending, State.UNKNOWN, "message.unknown", str(failure))
    except NotDelivered as failure:
        _failed(sending, failure)
    except Exception as failure:
        log.exception("send_failed", message=message.pk)
        _broken(sending, failure)
    else:
        _settle(sending, State.SENT, "message.sent")
        keep_renewed(message.inbox_id, channel)


def _take(sending: Sending) -> bool:
    """Lease it; return False when it is not due, is someone's, or is settled. The UPDATE decides who has it."""
    now = timezone.now()
    due = Q(state=State.QUEUED, due_at__lte=now)
    abandoned = Q(state=State.SENDING, leased_until__lt=now, handed_over_at=None)
    taken = Sending.objects.filter(due | abandoned, pk=sending.pk).update(
        state=State.SENDING, leased_until=now + LEASE, handed_over_at=None, attempts=F("attempts") + 1
    )
    sending.refresh_from_db()
    return bool(taken)


def _look_again(sending: Sending) -> None:
    """Not ours to send now. If another worker has it, come back when its lease ends: it may be dead."""
    if sending.state == State.QUEUED:
        send.using(run_after=sending.due_at).enqueue(sending.message_id)  # started before its time
    elif sending.state == State.SENDING and sending.leased_until and sending.leased_until > timezone.now():
        send.using(run_after=sending.leased_until + timedelta(seconds=1)).enqueue(sending.message_id)
    elif sending.state == State.SENDING:
        _settle(sending, State.UNKNOWN, "message.unknown", _("The program stopped while this was leaving."))


def _handing_over(sending: Sending) -> None:
    """The point of no return, on the disk before it is passed; refuse to pass it if the lease is no longer ours."""
    now = timezone.now()
    ours = Sending.objects.filter(pk=sending.pk, state=State.SENDING, leased_until=sending.leased_until)
    if not ours.update(handed_over_at=now, leased_until=now + AFTER_HANDING_OVER):
        raise NotDelivered(_("Another worker took this message over."))
    sending.handed_over_at, sending.leased_until = now, now + AFTER_HANDING_OVER


def _failed(sending: Sending, failure: NotDelivered) -> None:
    if failure.permanent or sending.attempts > len(BACKOFF):
        _settle(sending, State.FAILED, "message.failed", str(failure))
        return
    _later(sending, str(failure))


def _broken(sending: Sending, failure: Exception) -> None:
    """A fault of ours. Before the hand-over it is safe to try again; after it nobody knows."""
    reason = f"{type(failure).__name__}: {failure}"
    if sending.handed_over_at:
        _settle(sending, State.UNKNOWN, "message.unknown", reason)
    elif sending.attempts > len(BACKOFF):
        _settle(sending, State.FAILED, "message.failed", reason)
    else:
        _later(sending, reason)


@transaction.atomic
def _later(sending: Sending, reason: str) -> None:
    due_at = timezone.now() + BACKOFF[sending.attempts - 1]
    waiting = {"state": State.QUEUED, "due_at": due_at, "reason": reason[:500]}
    if _ours(sending).update(**waiting, handed_over_at=None, leased_until=None):
        record("message.delayed", sending.message.conversation, message=sending.message_id, reason=reason[:500])
        send.using(run_after=due_at).enqueue(sending.message_id)


@transaction.atomic
def _settle(sending: Sending, state: str, event: str, reason: str = "") -> None:
    settled = {"state": state, "reason": reason[:500], "settled_at": timezone.now(), "leased_until": None}
    if _ours(sending).update(**settled):
        record(event, sending.message.conversation, message=sending.message_id, reason=reason[:500])
        if state != State.SENT:
            refresh(sending.message.conversation)


def _ours(sending: Sending):
    """The row, as long as nobody has taken or settled it since."""
    return Sending.objects.filter(pk=sending.pk, state=State.SENDING, leased_until=sending.leased_until)
