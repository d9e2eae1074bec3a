"""Screens of the shop's side."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from sportello.agents.requests import SignedIn
from sportello.ui.beside import beside

from . import queries
from .panels import slip


@require_GET
def order(request: SignedIn, pk: int) -> HttpResponse:
    """One order, as the store last told it."""
    orders = queries.with_all(queries.visible_to(request.user)).select_related("customer", "store")
    found = get_object_or_404(orders, pk=pk)
    context = {
        "order": found,
        "slip": slip(found, timezone.localdate()),
        "panels": beside("order", request, found),
    }
    return render(request, "commerce/order.html", context)
