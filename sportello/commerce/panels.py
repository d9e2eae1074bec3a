"""What of the orders is shown beside a conversation and beside a customer."""

from dataclasses import dataclass, replace
from datetime import date

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from sportello.agents.requests import SignedIn

from . import queries
from .models import Order, Shipment

MOST_OTHERS = 5
MOST_OF_CUSTOMER = 50


@dataclass(frozen=True)
class Parcel:
    """A shipment as the slip shows it."""

    shipment: Shipment
    number: int
    days_late: int

    @property
    def icon(self) -> str:
        return ICONS.get(self.shipment.state, "truck")


ICONS: dict[str, str] = {
    Shipment.State.PREPARING: "package-open",
    Shipment.State.DELIVERED: "package-check",
    Shipment.State.RETURNED: "undo-2",
    Shipment.State.LOST: "triangle-alert",
    Shipment.State.STUCK: "triangle-alert",
}


@dataclass(frozen=True)
class Slip:
    """An order as it lies beside a conversation. `of_another`: it is not this customer's, somebody must look."""

    order: Order
    parcels: tuple[Parcel, ...]
    days_late: int
    of_another: bool = False

    @property
    def untimed(self) -> "Slip":
        """The same without its delay: where each parcel says its own."""
        return replace(self, days_late=0)


def slip(order: Order, today: date, customer=None) -> Slip:
    """Return the order as it is shown; `customer` is the one beside whom."""
    parcels = tuple(
        Parcel(shipment, number, shipment.days_late(today)) for number, shipment in enumerate(order.shipments.all(), 1)
    )
    late = max((parcel.days_late for parcel in parcels), default=order.days_late(today))
    return Slip(order, parcels, late, of_another=customer is not None and order.customer_id != customer.pk)


def beside_conversation(request: SignedIn, conversation) -> SafeString:
    """The orders it is about as slips, the customer's others as lines, and what they are worth to us."""
    customer, today = conversation.customer, timezone.localdate()
    about = queries.with_all(conversation.orders.all()).order_by("-placed_at", "-pk")
    spoken_of = [slip(order, today, customer) for order in about]
    return _panel(request, customer, spoken_of, MOST_OTHERS)


def beside_customer(request: SignedIn, customer) -> SafeString:
    """Their latest orders as lines, and what they are worth to us."""
    return _panel(request, customer, [], MOST_OF_CUSTOMER)


def _panel(request: SignedIn, customer, spoken_of: list[Slip], most: int) -> SafeString:
    shown = {slip.order.pk for slip in spoken_of}
    latest = queries.orders_of(customer, most + len(shown) + 1)
    orders = [order for order in latest if order.pk not in shown]
    others = orders[:most]
    if not spoken_of and not others:
        return SafeString("")
    context = {
        "customer": customer,
        "spoken_of": spoken_of,
        "others": [slip(order, timezone.localdate()) for order in others],
        "more": len(orders) > len(others),
        "worth": queries.worth(customer),
        "may_see_others": not request.user.is_guest,
    }
    return render_to_string("commerce/_panel.html", context, request)
