"""What the slots of a sentence are filled with: dates, names, numbers, as that person would put them."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date

from .clock import Clock
from .goods import Item, another
from .orders import Order
from .people import Person

TITLES = {
    "it": ("signora", "signor"),
    "en": ("Mrs", "Mr"),
    "de": ("Frau", "Herr"),
    "fr": ("Madame", "Monsieur"),
    "es": ("señora", "señor"),
}
DAY = {"it": "EEEE d", "en": "'on' EEEE d MMMM", "de": "'am' EEEE, d. MMMM", "fr": "EEEE d MMMM", "es": "'el' EEEE d"}
DATE = {"it": "d MMMM", "en": "d MMMM", "de": "d. MMMM", "fr": "d MMMM", "es": "d 'de' MMMM"}
TOMORROW = {"it": "domani", "de": "morgen", "fr": "demain", "es": "mañana", "en": "tomorrow"}
COUPONS = ("BENVENUTO10", "AUTUNNO15", "TAVOLA10", "GRAZIE20", "NATALE15", "LIMONI10")
COLLEAGUES = ("Silvia Neri", "Paolo Testa", "Irene Gatti", "Bruno Fabbri", "Marta Villa", "Luca Amato")


def slots(
    person: Person, item: Item, order: Order | None, *, agent: tuple[str, str], rng: random.Random
) -> dict[str, str]:
    """Return what stays the same through a whole conversation. `agent` is a first name and a gender."""
    known = _of_people(person, agent) | _made_up(person, rng) | item.slots(person.language, another(item, rng))
    return known | (_of_order(order, item, person) if order else _of_a_basket(item, person))


def _of_people(person: Person, agent: tuple[str, str]) -> dict[str, str]:
    woman = person.gender == "f"
    name, gender = agent
    known = {key: getattr(person, key) for key in ("first", "last", "city", "street", "phone")}
    known |= {"initial": person.last[:1], "title": TITLES[person.language][0 if woman else 1], "agent": name}
    known |= {"a": "a" if woman else "o", "lo": "la" if woman else "lo", "cara": "Cara" if woman else "Caro"}
    known["geehrte"] = "Sehr geehrte" if woman else "Sehr geehrter"
    return known | {"io": "a" if gender == "f" else "o", "ioe": "e" if gender == "f" else ""}


def _made_up(person: Person, rng: random.Random) -> dict[str, str]:
    """Codes and numbers that stand nowhere else."""
    return {
        "coupon": rng.choice(COUPONS),
        "code": f"GRAZIE-{rng.randint(1000, 9999)}",
        "claim": str(rng.randint(200_000, 999_999)),
        "rma": f"R-{rng.randint(1800, 2290)}",
        "qty": str(rng.choice((12, 24, 30, 36, 48, 60, 80, 120))),
        "company": person.company or f"Trattoria {person.last}",
        "vat": "".join(rng.choices("0123456789", k=11)),
        "sdi": "".join(rng.choices("ABCDEFGHKMNPRSTUVWXYZ0123456789", k=7)),
        "colleague": rng.choice(COLLEAGUES),
        "stars": str(rng.choices((2, 3, 4, 5), (18, 22, 24, 36))[0]),
    }


def _of_order(order: Order, item: Item, person: Person) -> dict[str, str]:
    known = _of_a_basket(item, person) | {"total": money(order.total, person.language)}
    known["refund"] = money(order.price_of_piece(item), person.language)
    if order.parcels:
        parcel = order.parcel
        known |= {"carrier": parcel.carrier, "tracking": parcel.tracking, "depot": parcel.depot}
    return known


def _of_a_basket(item: Item, person: Person) -> dict[str, str]:
    price = money(item.price, person.language)
    return {"total": price, "refund": price, "carrier": "BRT", "tracking": "", "depot": "Bologna"}


def dated(order: Order | None, at: datetime, person: Person, clock: Clock, rng: random.Random) -> dict[str, str]:
    """Return what depends on when it is said, in the calendar of the present."""
    language = person.language
    following = at + timedelta(days=rng.choice((1, 2, 2, 3)))
    following += timedelta(days=1 if clock.shift(following).weekday() == 6 else 0)
    tomorrow = (clock.shift(following).date() - clock.shift(at).date()).days == 1
    told = {"newday": TOMORROW[language] if tomorrow else day(clock.shift(following), "EEEE", language)}
    if order is None:
        return told
    promised = order.parcel.promised if order.parcels else order.placed + timedelta(days=4)
    return told | {
        "order": _number(order, person, rng),
        "placed": day(clock.shift(order.placed), DATE[language], language),
        "promised": day(clock.shift(promised), DAY[language], language),
        "days": str(max(4, (at - order.placed).days)),
    }


def _number(order: Order, person: Person, rng: random.Random) -> str:
    """People write an order number as they please."""
    number = order.number
    ways = {"hasty": [number[3:], number.lower(), number], "plain": [number] * 5 + [number[3:]]}
    return rng.choice(ways.get(person.voice, [number]))


@lru_cache(maxsize=4000)
def day(at: datetime, pattern: str, language: str) -> str:
    """Return a date in words, such as "giovedì 12"."""
    return format_date(at, pattern, locale=language)


def money(amount: Decimal, language: str) -> str:
    """Return an amount in euros as one writes it there: "184,50 €"."""
    return f"€{amount:.2f}" if language == "en" else f"{amount:.2f} €".replace(".", ",")
