"""A report that a message of ours did not arrive: it attaches to the message that failed, in red."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from sportello.customers.models import Identity
from sportello.events.record import record

from ..models import Message, Sending
from ..summary import refresh


def settle_bounced(messages: Sequence[Message]) -> None:
    """Of these messages, take the bounces, and mark what they speak of as failed.

    A warning that it is late (class 4) marks nothing: it still may arrive.
    """
    reports = [(one.bounce, one) for one in messages if one.bounce]
    bounces = {bounce["original_id"]: (bounce, one) for bounce, one in reports if bounce["original_id"]}
    if not bounces:
        return
    failed = Message.objects.filter(kind=Message.Kind.OUT, external_id__in=bounces).select_related("conversation")
    for message in failed:
        bounce, report = bounces[message.external_id]
        report.answers = message
        report.save(update_fields=["answers"])
        if bounce["permanent"] and report.conversation_id == message.conversation_id:
            _fail(message, report, bounce)


def _fail(message: Message, report: Message, bounce: dict[str, Any]) -> None:
    reason = bounce["reason"] or bounce["status"]
    Sending.objects.filter(message=message).update(
        state=Sending.State.FAILED, reason=reason[:500], settled_at=timezone.now()
    )
    # A customer holds the id of what they got, and could report anybody: only whom it was sent to.
    if bounce["dead"] and _was_sent_to(message, bounce["recipient"]):
        dead = Identity.objects.filter(kind="email", value=bounce["recipient"].lower(), dead_since=None)
        dead.update(dead_since=timezone.now())
    record("message.bounced", message.conversation, message=message.pk, report=report.pk)
    refresh(message.conversation)


def _was_sent_to(message: Message, address: str) -> bool:
    named = (party["address"] for group in ("to", "cc", "bcc") for party in message.parties.get(group, ()))
    return address.lower() in {each.lower() for each in named}
