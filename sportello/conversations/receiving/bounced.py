"""A report that a message of ours did not arrive: it attaches to the message that failed, in red."""

from collections.abc import Sequence

from django.utils import timezone

from sportello.customers.models import Identity
from sportello.events.record import record

from ..models import Message, Sending
from ..summary import refresh


def settle_bounced(messages: Sequence[Message]) -> None:
    """Of these messages, take the bounces, and mark what they speak of as failed.

    A warning that it is late (class 4) marks nothing: it still may arrive.
    """
    bounces = {one.bounce["original_id"]: one for one in messages if one.bounce and one.bounce["original_id"]}
    if not bounces:
        return
    failed = Message.objects.filter(kind=Message.Kind.OUT, external_id__in=bounces).select_related("conversation")
    for message in failed:
        report = bounces[message.external_id]
        report.answers = message
        report.save(update_fields=["answers"])
        if report.bounce["permanent"] and report.conversation_id == message.conversation_id:
            _fail(message, report)


def _fail(message: Message, report: Message) -> None:
    reason = report.bounce["reason"] or report.bounce["status"]
    Sending.objects.filter(message=message).update(
        state=Sending.State.FAILED, reason=reason[:500], settled_at=timezone.now()
    )
    if report.bounce["dead"]:
        dead = Identity.objects.filter(kind="email", value=report.bounce["recipient"].lower(), dead_since=None)
        dead.update(dead_since=timezone.now())
    record("message.bounced", message.conversation, message=message.pk, report=report.pk)
    refresh(message.conversation)
