"""The facts copied onto a conversation so that a list of fifty is one index scan: where they come from."""

from django.db.models import Max

from .models import Conversation, Message, Sending

PREVIEW = 160


def preview_of(text: str) -> str:
    """Return the first words of a message on one line, at most 160 characters."""
    return " ".join(text[:1000].split())[:PREVIEW]


def refresh(conversation: Conversation) -> None:
    """Work the copied facts out again from the messages and write them. A note changes none but the count."""
    messages = conversation.messages.exclude(sending__state=Sending.State.CANCELLED)
    said = messages.exclude(kind=Message.Kind.NOTE)
    last = said.order_by("-id").first()
    facts = {
        "message_count": said.count(),
        "waiting_since": waiting_since(conversation),
        "preview": preview_of(last.text) if last else "",
        "last_message_at": last.created_at if last else conversation.created_at,
        "failed": conversation.messages.filter(sending__state__in=["failed", "unknown"]).exists(),
    }
    Conversation.objects.filter(pk=conversation.pk).update(**facts)
    for name, value in facts.items():
        setattr(conversation, name, value)


def waiting_since(conversation: Conversation):
    """Since when the customer waits for us: their first word after our last one; None when it is their turn.

    An answer that did not leave answered nothing. A machine's mail waits for nobody, and solved or spam
    conversations wait for nothing.
    """
    if not conversation.is_open:
        return None
    not_said = [Sending.State.CANCELLED, Sending.State.FAILED]
    answers = conversation.messages.filter(kind=Message.Kind.OUT).exclude(sending__state__in=not_said)
    last_answer = answers.aggregate(last=Max("id"))["last"] or 0
    unanswered = conversation.messages.filter(kind=Message.Kind.IN, auto=False, pk__gt=last_answer)
    return unanswered.order_by("id").values_list("created_at", flat=True).first()
