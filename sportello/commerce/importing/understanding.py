"""A raw order, as a file tells it, understood whole or not at all."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from ..carriers import carrier_of, tracking_url
from . import states, values
from .problems import Problem, Wrong, shown
from .values import Reading

MOST_LINES = 500
MOST_PARCELS = 100


@dataclass(frozen=True)
class Line:
    """One position of an order. `total` is what was paid for all of them."""

    name: str
    total: Decimal
    quantity: Decimal = Decimal(1)
    sku: str = ""
    variant: str = ""
    image: str = ""


@dataclass(frozen=True)
class Parcel:
    """One shipment of an order."""

    external_id: str
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    state: str = "in_transit"
    shipped_at: datetime | None = None
    promised_for: date | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """An order as a store tells it, every value checked. Names are those of the `Order` model."""

    external_id: str
    number: str
    placed_at: datetime
    state: str
    currency: str
    total: Decimal
    refunded: Decimal = Decimal(0)
    email: str = ""
    phone: str = ""
    name: str = ""
    city: str = ""
    country: str = ""
    url: str = ""
    note: str = ""
    promised_for: date | None = None
    updated_at: datetime | None = None
    lines: tuple[Line, ...] = ()
    parcels: tuple[Parcel, ...] = ()

    def digest(self) -> str:
        """The same for two tellings with the same content, whenever each was told."""
        return sha256(repr(replace(self, updated_at=None)).encode()).hexdigest()


@dataclass
class Raw:
    """An order as it stands in a file: values under the names of the format, and where it begins.

    `lines` and `parcels` are (row, values). `problems` are those found while it was gathered from several rows.
    """

    row: int
    values: Mapping[str, Any]
    lines: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    parcels: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def called(self) -> str:
        """How a report names it."""
        return shown(self.values.get("number") or self.values.get("id") or "")


def understand(raw: Raw, reading: Reading) -> Told | list[Problem]:
    """Return the order, or everything that is wrong with it."""
    problems = list(raw.problems)
    order = _Reader(raw.values, raw.row, raw.called, problems)
    currency = order.read("currency", values.currency, reading.currency)
    country = order.read("country", values.country, "")
    told = _order(order, reading, currency, country)
    lines = [_line(_Reader(it, row, raw.called, problems), reading, currency) for row, it in raw.lines[:MOST_LINES]]
    last_known = told.get("updated_at") or told.get("placed_at")
    parcels = [
        _parcel(_Reader(it, row, raw.called, problems), reading, number, told.get("state", ""), last_known)
        for number, (row, it) in enumerate(raw.parcels[:MOST_PARCELS], 1)
    ]
    for column, count, most in (("lines", raw.lines, MOST_LINES), ("shipments", raw.parcels, MOST_PARCELS)):
        if len(count) > most:
            problems.append(Problem(raw.row, "many", raw.called, column, {"limit": str(most)}))
    if problems:
        return problems
    told.update(currency=currency, country=country, lines=tuple(lines), parcels=tuple(_distinct(parcels)))
    return Told(**told)


class _Reader:
    """Reads the values of one row, and remembers what is wrong instead of stopping at it."""

    def __init__(self, told: Mapping[str, Any], row: int, order: str, problems: list[Problem]) -> None:
        self.told, self.row, self.order, self.problems = told, row, order, problems

    def has(self, column: str) -> bool:
        return self.told.get(column) not in (None, "")

    def read(self, column: str, reader: Callable[..., Any], default: Any = ..., *more: Any) -> Any:
        """Return the value; when there is none, the default; without a default, that is a problem."""
        value = self.told.get(column)
        if value is None or (isinstance(value, str) and not value.strip()):
            if default is ...:
                self.wrong(column, Wrong("missing"))
                return None
            return default
        try:
            return reader(value, *more)
        except Wrong as wrong:
            self.wrong(column, wrong)
            return None

    def wrong(self, column: str, wrong: Wrong) -> None:
        self.problems.append(Problem(self.row, wrong.code, self.order, column, wrong.told))


def _order(order: _Reader, reading: Reading, currency: str | None, country: str | None) -> dict[str, Any]:
    external_id = order.read("id", values.code, None, 120)
    number = order.read("number", values.code, external_id or ..., 60)
    money = currency or reading.currency
    return {
        "number": number,
        "external_id": external_id or number,
        "placed_at": order.read("placed_at", values.moment, ..., reading),
        "updated_at": order.read("updated_at", values.moment, None, reading),
        "promised_for": order.read("promised_for", values.day, None, reading),
        "state": order.read("state", states.order_state),
        "total": order.read("total", values.money, ..., reading, money),
        "refunded": order.read("refunded", values.money, Decimal(0), reading, money),
        "email": order.read("email", values.email, ""),
        "phone": order.read("phone", values.phone, "", country or reading.country),
        "name": _cut(order, "name", 200),
        "city": _cut(order, "city", 120),
        "note": _cut(order, "note", 5000),
        "url": order.read("url", values.url, ""),
    }


def _line(line: _Reader, reading: Reading, currency: str | None) -> Line:
    money = currency or reading.currency
    quantity = line.read("quantity", values.quantity, Decimal(1), reading)
    if line.has("total") or not line.has("price"):
        total = line.read("total", lambda value: values.money(value, reading, money, exact=False), Decimal(0))
    else:
        price = line.read("price", lambda value: values.number(value, reading.decimal))
        total = values.rounded((price or Decimal(0)) * (quantity or Decimal(0)), money)
    return Line(
        name=_cut(line, "name", 300) or line.read("name", values.text, ..., 300),
        total=total,
        quantity=quantity,
        sku=line.read("sku", values.code, "", 120),
        variant=_cut(line, "variant", 200),
        image=line.read("image", values.url, ""),
    )


def _parcel(parcel: _Reader, reading: Reading, position: int, order_state: str, last_known: datetime | None) -> Parcel:
    tracking = parcel.read("tracking_number", values.code, "", 80)
    called = _cut(parcel, "carrier", 60)
    known = carrier_of(called or "")
    delivered_at = parcel.read("delivered_at", values.moment, None, reading)
    shipped_at = parcel.read("shipped_at", values.moment, None, reading)
    arrived = delivered_at or order_state == "delivered"
    state = parcel.read("state", states.parcel_state, "delivered" if arrived else "in_transit")
    if state == "delivered" and not delivered_at:  # nobody said when: at the last we heard of it
        delivered_at = last_known or shipped_at
    return Parcel(
        external_id=parcel.read("id", values.code, tracking or str(position), 120),
        carrier=known.name if known else called,
        tracking_number=tracking,
        tracking_url=parcel.read("tracking_url", values.url, tracking_url(called or "", tracking or "")),
        state=state,
        shipped_at=shipped_at,
        promised_for=parcel.read("promised_for", values.day, None, reading),
        delivered_at=delivered_at,
    )


def _cut(row: _Reader, column: str, limit: int) -> Any:
    """Text of which the beginning will do."""
    return row.read(column, lambda value: values.text(value, 100_000)[:limit], "")


def _distinct(parcels: Iterable[Parcel]) -> Iterable[Parcel]:
    """Each parcel once: in a CSV it stands beside each of its goods."""
    return {parcel.external_id: parcel for parcel in parcels}.values()
