"""Write down what we know about a customer."""

from django.db import transaction

from sportello import search
from sportello.agents.models import Agent
from sportello.events.record import record

from ..documents import documents_of
from ..models import Customer

DESCRIBED = frozenset({"name", "language", "city", "note"})


@transaction.atomic
def describe(customer: Customer, *, by: Agent, **facts: str) -> None:
    """Change name, language, city or note; the event says which changed, not what they were."""
    if unknown := facts.keys() - DESCRIBED:
        raise TypeError(f"A customer has no {', '.join(sorted(unknown))} to describe.")
    changed = {name: value for name, value in facts.items() if getattr(customer, name) != value}
    if not changed:
        return
    Customer.objects.filter(pk=customer.pk).update(**changed)
    record("customer.described", customer, by=by, fields=sorted(changed))
    customer.refresh_from_db(fields=list(changed))
    search.index(documents_of([customer]))
