"""Give a customer another address, or take one away that is not theirs."""

from django.db import transaction
from django.db.models import ProtectedError

from sportello import search
from sportello.agents.models import Agent
from sportello.events.record import record

from ..addresses import normal
from ..documents import documents_of
from ..models import Customer, Identity


class Taken(Exception):
    """Somebody else has this address: two customers that are one person are merged, never robbed."""

    def __init__(self, identity: Identity) -> None:
        super().__init__(str(identity))
        self.identity = identity


@transaction.atomic
def add_identity(customer: Customer, kind: str, value: str, *, by: Agent) -> Identity:
    """Return the identity, theirs from now on. Raises `NotAnAddress`, or `Taken` when another customer has it."""
    value = normal(kind, value)
    identity, made = Identity.objects.get_or_create(kind=kind, value=value, defaults={"customer": customer})
    if identity.customer_id != customer.pk:
        raise Taken(identity)
    if made:
        record("customer.reachable", customer, by=by, identity=identity.pk)
        search.index(documents_of([customer]))
    return identity


@transaction.atomic
def remove_identity(identity: Identity, *, by: Agent) -> None:
    """Take away an address that is not this customer's.

    When messages came from it, it becomes a customer of its own: they stay in their conversations, and what comes
    next goes there. Otherwise it was a slip, and is gone.
    """
    customer = identity.customer
    removed = identity.pk
    try:
        identity.delete()
    except ProtectedError:
        identity.customer = Customer.objects.create(name=identity.name)
        identity.save(update_fields=["customer"])
        search.index(documents_of([identity.customer]))
    record("customer.unreachable", customer, by=by, identity=removed)
    search.index(documents_of([Customer.objects.get(pk=customer.pk)]))
