"""What was bought and how it travelled. An order lives from day to day; threads change what becomes of its parcels."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from .clock import REFERENCE, at_the_counter, later
from .goods import Item, catalogue
from .people import Person

SHIPPING = Decimal("6.90")
FREE_FROM = Decimal("79")
CARRIERS = {"BRT": 34, "GLS": 26, "Poste": 16, "SDA": 14, "DHL": 10}
DEPOTS = (
    "Bologna",
    "Nola",
    "Peschiera Borromeo",
    "Fiumicino",
    "Settimo Torinese",
    "Padova",
    "Catania",
    "Sesto Fiorentino",
)
TRACKING = {
    "BRT": ("0847", 11), "GLS": ("NA6", 9), "Poste": ("5P38E", 8), "SDA": ("28A", 10), "DHL": ("JD0146", 12),
}  # fmt: skip
STAR_NUMBER = 10482  # Giulia Ferraris's, from which the others are counted.


@dataclass(frozen=True)
class Line:
    item: Item
    quantity: int = 1

    @property
    def total(self) -> Decimal:
        return self.item.price * self.quantity


@dataclass
class Parcel:
    """`promised`, `delivered` and `shipped` are times of the story; `state` is worked out, or forced by a thread."""

    carrier: str
    tracking: str
    depot: str
    shipped: datetime
    promised: datetime
    delivered: datetime | None
    state: str = ""

    def state_at(self, now: datetime) -> str:
        """Return the state of a `commerce.Shipment` at that moment."""
        if self.state:
            return self.state
        if self.delivered and self.delivered <= now:
            return "delivered"
        if self.shipped > now:
            return "preparing"
        return "out_for_delivery" if self.delivered and self.delivered - now < timedelta(hours=9) else "in_transit"


@dataclass
class Order:
    person: Person
    placed: datetime
    lines: list[Line]
    parcels: list[Parcel] = field(default_factory=list)
    number: str = ""
    refunded: Decimal = Decimal(0)
    cancelled: bool = False
    unpaid: bool = False

    @property
    def total(self) -> Decimal:
        goods = sum((line.total for line in self.lines), Decimal(0))
        return goods if goods >= FREE_FROM else goods + SHIPPING

    def price_of(self, item: Item) -> Decimal:
        """Return what was paid for all of that article."""
        return sum((line.total for line in self.lines if line.item is item), Decimal(0))

    def price_of_piece(self, item: Item) -> Decimal:
        """Return what one piece costs: of six plates, a sixth."""
        pieces = int(item.sku[-1]) if item.sku[-1] in "346" and item.plural else 1
        return (item.price / pieces).quantize(Decimal("0.01"))

    @property
    def parcel(self) -> Parcel:
        """The parcel people ask about: the last one."""
        return self.parcels[-1]

    @property
    def state(self) -> str:
        """Return the state of a `commerce.Order` on the story's last morning."""
        if self.cancelled or self.unpaid:
            return "cancelled" if self.cancelled else "pending"
        if self.refunded >= self.total:
            return "refunded"
        if not self.parcels:
            return "paid" if REFERENCE - self.placed < timedelta(days=3) else "delivered"
        states = {parcel.state_at(REFERENCE) for parcel in self.parcels}
        if "delivered" in states:
            return "delivered" if states == {"delivered"} else "partly_delivered"
        if states == {"preparing"}:
            return "preparing" if REFERENCE - self.placed > timedelta(hours=20) else "paid"
        return "shipped"


def buy(person: Person, placed: datetime, rng: random.Random, *, lines: list[Line] | None = None) -> Order:
    """Return an order as it would go if nothing went wrong."""
    if lines is None:
        items = rng.sample(catalogue(), rng.choices((1, 2, 3, 4), (55, 28, 12, 5))[0])
        lines = [Line(item, rng.choices((1, 2, 3), (84, 13, 3))[0]) for item in items]
    parts = 2 if len(lines) > 1 and rng.random() < 0.12 else 1
    order = Order(person, placed, lines, [post(placed, rng) for _ in range(parts)])
    order.cancelled = rng.random() < 0.015
    order.unpaid = not order.cancelled and REFERENCE - placed < timedelta(days=3) and rng.random() < 0.1
    if order.cancelled or order.unpaid:
        order.parcels = []
    return order


def post(placed: datetime, rng: random.Random, *, carrier: str = "") -> Parcel:
    """Return a parcel that leaves and arrives as promised, or about then."""
    carrier = carrier or rng.choices([*CARRIERS], [*CARRIERS.values()])[0]
    shipped = at_the_counter(later(placed, rng, hours=20, spread=0.4), rng)
    promised = _working_day(shipped + timedelta(days=3))
    days = rng.choices((1, 2, 3, 4), (22, 46, 24, 8))[0]
    delivered = _working_day(shipped + timedelta(days=days)).replace(hour=rng.randint(9, 17), minute=rng.randint(0, 59))
    start, digits = TRACKING[carrier]
    tracking = start + "".join(rng.choices("0123456789", k=digits))
    return Parcel(carrier, tracking, rng.choice(DEPOTS), shipped, promised, delivered)


def _working_day(day: datetime) -> datetime:
    return day + timedelta(days=1) if day.weekday() == 6 else day


def number_them(orders: list[Order], star: Order) -> None:
    """Give each order its number by the time it was placed, so that the star's is TT-10482."""
    in_order = sorted(orders, key=lambda order: order.placed)
    first = STAR_NUMBER - in_order.index(star)
    for place, order in enumerate(in_order):
        order.number = f"TT-{first + place:05d}"
