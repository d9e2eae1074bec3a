"""Find the person behind an address, or welcome somebody new. Many at a time: intake and imports live here."""

from collections.abc import Iterable

from django.db import transaction

from sportello import search
from sportello.events.models import Event
from sportello.events.record import record_many, topic_of

from ..documents import document, documents_of
from ..models import Customer, Identity

Key = tuple[str, str]
LONGEST_VALUE = 320
LONGEST_NAME = 200


def meet(kind: str, value: str, name: str = "") -> Identity:
    """Return the identity of this address, made with a new customer when nobody has it yet."""
    return meet_many([(kind, value, name)])[kind, value]


@transaction.atomic
def meet_many(people: Iterable[tuple[str, str, str]]) -> dict[Key, Identity]:
    """Return the identity of each (kind, value, name), with its customer; who is new is made.

    Keys are as given; values are already normalised by their channel. Two processes that meet the same stranger at
    once make one identity: the constraint decides, and who came second takes the first one's.
    """
    names: dict[Key, str] = {}
    stored: dict[Key, Key] = {}
    for kind, value, name in people:
        key = stored[kind, value] = kind, _clean(value, LONGEST_VALUE)
        names[key] = names.get(key) or _clean(name, LONGEST_NAME)
    known = _find(names)
    # Everybody inserts in the same order, so nobody waits for each other in a circle.
    strangers = sorted(names.keys() - known.keys())
    if strangers:
        made = _welcome({key: names[key] for key in strangers})
        known |= _find(strangers)
        _settle(made, known)
    _learn_names(names, known)
    return {given: known[key] for given, key in stored.items()}


def _clean(text: str, longest: int) -> str:
    """What a stranger calls themselves must not stop the batch it came in."""
    return text.replace("\0", "").strip()[:longest]


def _find(keys: Iterable[Key]) -> dict[Key, Identity]:
    by_kind: dict[str, list[str]] = {}
    for kind, value in keys:
        by_kind.setdefault(kind, []).append(value)
    return {
        (kind, identity.value): identity
        for kind, values in by_kind.items()
        for identity in Identity.objects.filter(kind=kind, value__in=values).select_related("customer")
    }


def _welcome(strangers: dict[Key, str]) -> dict[Key, Customer]:
    customers = Customer.objects.bulk_create(Customer(name=name) for name in strangers.values())
    made = dict(zip(strangers, customers, strict=True))
    identities = [
        Identity(kind=kind, value=value, name=customer.name, customer=customer)
        for (kind, value), customer in made.items()
    ]
    Identity.objects.bulk_create(identities, ignore_conflicts=True)
    return made


def _settle(made: dict[Key, Customer], known: dict[Key, Identity]) -> None:
    """Whom somebody else met in the same moment is theirs, and nobody has seen ours; the others are news."""
    second = [customer.pk for key, customer in made.items() if known[key].customer_id != customer.pk]
    Customer.objects.filter(pk__in=second).delete()
    ours = [known[key] for key, customer in made.items() if known[key].customer_id == customer.pk]
    record_many(
        Event(name="customer.met", topic=topic_of(identity.customer), data={"identity": identity.pk})
        for identity in ours
    )
    search.index(document(identity.customer, [identity]) for identity in ours)


def _learn_names(names: dict[Key, str], known: dict[Key, Identity]) -> None:
    """Whoever wrote without a name before and now has one, keeps it."""
    nameless = {
        identity.customer_id: identity.customer
        for key, identity in known.items()
        if names[key] and not identity.customer.name
    }
    for key, identity in known.items():
        if identity.customer_id in nameless:
            identity.customer.name = identity.customer.name or names[key]
    if nameless:
        Customer.objects.bulk_update(nameless.values(), ["name"])
        search.index(documents_of(list(nameless.values())))
