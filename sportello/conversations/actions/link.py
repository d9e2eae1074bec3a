"""Which orders a conversation is about."""

from django.db import transaction

from sportello.agents.models import Agent
from sportello.commerce.models import Order
from sportello.events.record import record

from ..models import Conversation


@transaction.atomic
def link_order(conversation: Conversation, order: Order, *, by: Agent | None = None) -> bool:
    """Say that it is about this order; return whether that is new."""
    through = Conversation.orders.through
    if through.objects.filter(conversation=conversation, order=order).exists():
        return False
    conversation.orders.add(order)
    record("conversation.linked", conversation, by=by, order=order.pk, number=order.number)
    return True


@transaction.atomic
def unlink_order(conversation: Conversation, order: Order, *, by: Agent) -> bool:
    """It is not about this order after all; return whether it was linked."""
    removed, _ = Conversation.orders.through.objects.filter(conversation=conversation, order=order).delete()
    if removed:
        record("conversation.unlinked", conversation, by=by, order=order.pk, number=order.number)
    return bool(removed)
