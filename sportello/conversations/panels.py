"""The conversations beside a customer and beside an order: only those the reader may see."""

from django.db.models import QuerySet
from django.template.loader import render_to_string

from sportello.agents.requests import SignedIn

from .models import Conversation

MOST = 20


def beside_customer(request: SignedIn, customer) -> str:
    """What they wrote about, the latest first."""
    return _panel(request, Conversation.objects.visible_to(request.user).filter(customer=customer))


def beside_order(request: SignedIn, order) -> str:
    """What was said about this order, the latest first."""
    return _panel(request, Conversation.objects.visible_to(request.user).filter(orders=order))


def _panel(request: SignedIn, found: QuerySet[Conversation]) -> str:
    latest = list(found.order_by("-last_message_at", "-pk").distinct()[:MOST])
    return render_to_string("conversations/_beside.html", {"conversations": latest}, request) if latest else ""
