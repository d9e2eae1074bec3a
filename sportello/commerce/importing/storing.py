"""Put what a store tells into the database, many orders in one transaction and a dozen queries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from django.db import transaction

from sportello import search
from sportello.customers import actions as customers
from sportello.events.models import Event
from sportello.events.record import record_many, topic_of

from ..documents import document
from ..models import Order, OrderLine, Shipment, Store
from ..numbering import learn, number_key
from .problems import Problem
from .understanding import Told

OWN = tuple(it.name for it in fields(Told) if it.name not in ("external_id", "lines", "parcels"))
WRITTEN = [*OWN, "number_key", "customer", "digest"]
PARCEL = ("carrier", "tracking_number", "tracking_url", "state", "shipped_at", "promised_for", "delivered_at")


@dataclass
class Stored:
    """What became of some orders: how many were new, changed, unchanged, older; and what is good to know."""

    counts: Counter[str] = field(default_factory=Counter)
    notices: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Telling:
    """An order told now, where it stands in the file, and what we had of it."""

    told: Told
    row: int
    digest: str
    before: Order | None

    @property
    def fate(self) -> str:
        before, told = self.before, self.told
        if before is None:
            return "new"
        if before.updated_at and told.updated_at and told.updated_at < before.updated_at:
            return "older"
        return "unchanged" if before.digest == self.digest else "changed"


@transaction.atomic
def store_orders(store: Store, some: Sequence[tuple[int, Told]]) -> Stored:
    """Store these orders, given with their rows and each at most once. An order comes whole or not at all."""
    # Two imports of one store take turns: on SQLite there is one writer anyway.
    store = Store.objects.select_for_update().get(pk=store.pk)
    tellings = _compare(store, some)
    stored = Stored(Counter(telling.fate for telling in tellings))
    news = [telling for telling in tellings if telling.fate in ("new", "changed")]
    if news:
        orders = _write(store, news)
        _replace_lines(orders, news)
        _replace_parcels(orders, news)
        _learn(store, news)
        _tell(orders, news)
        stored.notices = _moved(news)
    _keep_clocks(tellings)
    return stored


def _compare(store: Store, some: Sequence[tuple[int, Told]]) -> list[Telling]:
    ids = [told.external_id for _, told in some]
    known = Order.objects.filter(store=store, external_id__in=ids).only(
        "external_id", "digest", "updated_at", "customer_id", "email", "state", "number"
    )
    before = {order.external_id: order for order in known}
    return [Telling(told, row, told.digest(), before.get(told.external_id)) for row, told in some]


def _write(store: Store, news: Sequence[Telling]) -> list[Order]:
    owners = _owners(news)
    orders = [
        Order(
            store=store,
            external_id=it.told.external_id,
            number_key=number_key(it.told.number),
            customer_id=owners.get(it.told.external_id),
            digest=it.digest,
            **{name: getattr(it.told, name) for name in OWN},
        )
        for it in news
    ]
    return Order.objects.bulk_create(
        orders, update_conflicts=True, unique_fields=["store", "external_id"], update_fields=WRITTEN
    )


def _owners(news: Sequence[Telling]) -> dict[str, int]:
    """Whose each order is. Who has an order keeps it, whatever address it is told with later."""
    keys = {it.told.external_id: key for it in news if (key := _address(it.told))}
    met = customers.meet_many(
        (*keys[it.told.external_id], it.told.name)
        for it in news
        if it.told.external_id in keys and not (it.before and it.before.customer_id)
    )
    owners = {external_id: met[key].customer_id for external_id, key in keys.items() if key in met}
    owners |= {it.told.external_id: it.before.customer_id for it in news if it.before and it.before.customer_id}
    return owners


def _address(told: Told) -> tuple[str, str] | None:
    if told.email:
        return "email", told.email
    return ("phone", told.phone) if told.phone.startswith("+") else None


def _replace_lines(orders: Sequence[Order], news: Sequence[Telling]) -> None:
    OrderLine.objects.filter(order__in=_changed(orders, news)).delete()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            sku=line.sku,
            name=line.name,
            variant=line.variant,
            quantity=line.quantity,
            total=line.total,
            image=line.image,
        )
        for order, it in zip(orders, news, strict=True)
        for position, line in enumerate(it.told.lines)
    )


def _replace_parcels(orders: Sequence[Order], news: Sequence[Telling]) -> None:
    """Parcels keep their rows as long as they are told of; those no longer told of are gone."""
    told = {
        (order.pk, parcel.external_id): parcel
        for order, it in zip(orders, news, strict=True)
        for parcel in it.told.parcels
    }
    there = Shipment.objects.filter(order__in=_changed(orders, news)).values_list("pk", "order_id", "external_id")
    gone = [pk for pk, order, external_id in there if (order, external_id) not in told]
    Shipment.objects.filter(pk__in=gone).delete()
    Shipment.objects.bulk_create(
        (
            Shipment(order_id=order, external_id=external_id, **{name: getattr(parcel, name) for name in PARCEL})
            for (order, external_id), parcel in told.items()
        ),
        update_conflicts=True,
        unique_fields=["order", "external_id"],
        update_fields=PARCEL,
    )


def _changed(orders: Iterable[Order], news: Iterable[Telling]) -> list[int]:
    return [order.pk for order, it in zip(orders, news, strict=True) if it.before]


def _learn(store: Store, news: Iterable[Telling]) -> None:
    """How this store's order numbers look, from those that are new."""
    shapes = learn(store.learned_shapes, (it.told.number for it in news if not it.before))
    if shapes != store.learned_shapes:
        Store.objects.filter(pk=store.pk).update(learned_shapes=shapes)


def _tell(orders: Sequence[Order], news: Sequence[Telling]) -> None:
    record_many(
        Event(
            name="order.imported",
            topic=topic_of(order),
            data={"state": it.told.state, "was": it.before.state if it.before else ""},
        )
        for order, it in zip(orders, news, strict=True)
    )
    search.index(document(order, it.told.lines, it.told.parcels) for order, it in zip(orders, news, strict=True))


def _moved(news: Iterable[Telling]) -> list[Problem]:
    return [
        Problem(it.row, "kept", it.told.number)
        for it in news
        if it.before and it.before.customer_id and it.told.email != it.before.email
    ]


def _keep_clocks(tellings: Iterable[Telling]) -> None:
    """What was told again unchanged, but later, is not to lose against what was told between."""
    later = []
    for it in tellings:
        if it.fate == "unchanged" and it.before and it.told.updated_at and it.told.updated_at != it.before.updated_at:
            it.before.updated_at = it.told.updated_at
            later.append(it.before)
    if later:
        Order.objects.bulk_update(later, ["updated_at"])
