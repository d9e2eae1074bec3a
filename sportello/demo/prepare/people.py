"""Customers, their addresses and companies, and what they bought."""

from datetime import datetime, timedelta
from decimal import Decimal

from sportello.commerce.models import Order as OrderRow
from sportello.commerce.models import OrderLine, Shipment, Store
from sportello.commerce.numbering import number_key
from sportello.customers.models import Company, Customer, Identity, Membership

from ..season.clock import BEGINNING, REFERENCE, Clock
from ..season.orders import Order
from ..season.people import COUNTRIES, Person, ascii_of
from ..season.season import Season
from .rows import Rows

TRACKING_PAGE = "https://tracking.example/{carrier}/{number}"


class PeopleWriter:
    """Turns persons and orders of the story into rows, which can then be asked for by the persons' addresses."""

    def __init__(self, rows: Rows, clock: Clock, store: Store):
        self._rows, self._clock, self._store = rows, clock, store
        self._companies: dict[str, Company] = {}
        self.identities: dict[str, Identity] = {}
        self.orders: dict[int, OrderRow] = {}

    def write(self, season: Season) -> None:
        """Collect the rows of everybody and everything."""
        since = _first_seen(season)
        known = {one.person.email: one for one in season.known}
        writers = [thread.person for thread in season.threads] + [
            turn.person for thread in season.threads for turn in thread.turns if turn.person
        ]
        everybody = {one.email: one for one in [*season.people, *writers]}.values()
        # In the order in which they came: the list of customers shows the newest first.
        for person in sorted(everybody, key=lambda one: since.get(one.email, BEGINNING)):
            customer = self._customer(person, since.get(person.email, BEGINNING))
            more = known.get(person.email)
            self._belongs(customer, person, more.role if more else "acquisti")
            if more:
                customer.note = more.note
                self.identities[person.email].dead_since = self._clock.shift(REFERENCE) if more.dead else None
                for kind, value in more.identities:
                    self._rows.add(Identity, customer=customer, kind=kind, value=value, name=person.name)
        for order in sorted(season.orders, key=lambda order: order.placed):
            self._order(order)

    def _customer(self, person: Person, since: datetime) -> Customer:
        customer = self._rows.add(
            Customer, name=person.name, language=person.language, city=person.city, created_at=self._clock.shift(since)
        )
        self.identities[person.email] = self._rows.add(
            Identity, customer=customer, kind="email", value=person.email, name=person.name
        )
        return customer

    def _belongs(self, customer: Customer, person: Person, role: str) -> None:
        if not person.company:
            return
        if person.company not in self._companies:
            self._companies[person.company] = self._rows.add(
                Company, name=person.company, domain=f"{ascii_of(person.company)}.example"
            )
        self._rows.add(Membership, company=self._companies[person.company], customer=customer, role=role)

    def _order(self, order: Order) -> None:
        person, at = order.person, self._clock.shift
        promised = order.parcels[0].promised if order.parcels else None
        row = self._rows.add(
            OrderRow, store=self._store, external_id=order.number, number=order.number,
            number_key=number_key(order.number), customer=self.identities[person.email].customer, email=person.email,
            phone=person.phone, name=person.name, state=order.state, total=order.total, refunded=order.refunded,
            city=person.city, country=COUNTRIES[person.language], placed_at=at(order.placed),
            promised_for=at(promised).date() if promised else None, updated_at=at(REFERENCE - timedelta(minutes=7)),
        )  # fmt: skip
        self.orders[id(order)] = row
        for position, line in enumerate(order.lines, start=1):
            item = line.item
            self._rows.add(
                OrderLine, order=row, position=position, sku=item.sku, name=item.name,
                quantity=Decimal(line.quantity), total=line.total,
            )  # fmt: skip
        for count, parcel in enumerate(order.parcels, start=1):
            self._shipment(row, count, parcel)

    def _shipment(self, row: OrderRow, count: int, parcel) -> None:
        state, at = parcel.state_at(REFERENCE), self._clock.shift
        left, arrived = parcel.shipped <= REFERENCE, state == "delivered"
        self._rows.add(
            Shipment, order=row, external_id=f"{row.number}/{count}", carrier=parcel.carrier,
            tracking_number=parcel.tracking if left else "",
            tracking_url=TRACKING_PAGE.format(carrier=parcel.carrier.lower(), number=parcel.tracking) if left else "",
            state=state, shipped_at=at(parcel.shipped) if left else None, promised_for=at(parcel.promised).date(),
            delivered_at=at(parcel.delivered) if arrived else None,
        )  # fmt: skip


def _first_seen(season: Season) -> dict[str, datetime]:
    """When each address was first met: with an order, or a mail, or as it is told."""
    moments = [(order.person.email, order.placed) for order in season.orders]
    moments += [(thread.person.email, thread.began) for thread in season.threads]
    moments += [(one.person.email, one.since) for one in season.known if one.since]
    first: dict[str, datetime] = {}
    for email, at in moments:
        first[email] = min(at, first.get(email, at))
    return first
