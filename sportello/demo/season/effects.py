"""What is said changes what becomes of the order: a parcel asked about is late, one declared lost is lost."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from .clock import REFERENCE
from .goods import Item
from .orders import Order, post


def be_late(order: Order, at: datetime, item: Item, rng: random.Random) -> None:
    """Whoever asks where it is has not got it; it comes some days later unless a later word says otherwise."""
    parcel = order.parcel
    parcel.delivered = at + timedelta(days=rng.uniform(1.5, 4))
    parcel.state = "stuck" if parcel.delivered > REFERENCE else ""


def arrive(order: Order, at: datetime, item: Item, rng: random.Random) -> None:
    order.parcel.delivered = at - timedelta(hours=rng.uniform(1, 9))
    order.parcel.state = ""


def lose(order: Order, at: datetime, item: Item, rng: random.Random) -> None:
    order.parcel.delivered = None
    order.parcel.state = "lost"


def send_again(order: Order, at: datetime, item: Item, rng: random.Random) -> None:
    others = [one for one in ("GLS", "BRT", "DHL") if one != order.parcel.carrier]
    order.parcels.append(post(at - timedelta(hours=20), rng, carrier=rng.choice(others)))


def give_back_all(order: Order, at: datetime, item: Item, rng: random.Random) -> None:
    order.refunded = order.total


def give_back_article(order: Order, at: datetime, item: Item, rng: random.Random) -> None:
    order.refunded = order.price_of(item)


def give_back_piece(order: Order, at: datetime, item: Item, rng: random.Random) -> None:
    order.refunded = order.price_of_piece(item)


EFFECTS: dict[tuple[str, str], Callable[[Order, datetime, Item, random.Random], None]] = {
    ("late", "first"): be_late,
    ("late", "again"): be_late,
    ("late", "arrived"): arrive,
    ("late", "answer lost"): lose,
    ("late", "confirm resend"): send_again,
    ("late", "confirm refund"): give_back_all,
    ("damaged", "confirm new"): send_again,
    ("damaged", "arrived"): arrive,
    ("wrong", "answer"): send_again,
    ("wrong", "arrived"): arrive,
    ("return", "refunded"): give_back_article,
    ("return", "checked"): give_back_article,
    ("damaged", "confirm refund"): give_back_piece,
}


def take_effect(said: tuple[str, str], at: datetime, order: Order, item: Item, rng: random.Random) -> None:
    """Let what was said (topic and section) at that time change the order."""
    if order.parcels and (effect := EFFECTS.get(said)):
        effect(order, at, item, rng)
