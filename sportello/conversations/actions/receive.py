"""What a customer wrote becomes part of a conversation."""

from collections.abc import Sequence

from django.db import transaction

from sportello.channels.base import Inbound
from sportello.channels.models import Inbox

from ..models import Message
from ..receiving.arrived import Arrived
from ..receiving.batch import Batch


def receive(inbox: Inbox, inbound: Inbound) -> Message | None:
    """Receive one; return its message, or None when it was here before or was our own."""
    return next(iter(receive_many([Arrived(inbox, inbound)])), None)


@transaction.atomic
def receive_many(arrived: Sequence[Arrived]) -> list[Message]:
    """Receive a batch in one transaction, oldest first; return the messages that are new.

    Receiving the same message twice is once: it is unique by inbox and the id its sender gave it.
    """
    return Batch(arrived).write()
