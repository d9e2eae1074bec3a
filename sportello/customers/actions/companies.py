"""Say for whom somebody buys. Only ever said by a person: a shared domain suggests, and decides nothing."""

from django.db import transaction

from sportello import search
from sportello.agents.models import Agent
from sportello.events.record import record

from ..documents import documents_of
from ..models import Company, Customer, Membership


def found_company(name: str, *, domain: str = "", vat_number: str = "") -> Company:
    """Return the company of this name, made if there is none."""
    defaults = {"domain": domain.strip().lower(), "vat_number": vat_number.strip()}
    return Company.objects.get_or_create(name=name.strip(), defaults=defaults)[0]


@transaction.atomic
def join(customer: Customer, company: Company, *, role: str = "", by: Agent) -> Membership:
    """Make the customer one of this company's people, or change what they do there."""
    membership, made = Membership.objects.get_or_create(customer=customer, company=company, defaults={"role": role})
    if made or membership.role != role:
        Membership.objects.filter(pk=membership.pk).update(role=role)
        membership.role = role
        record("customer.joined", customer, by=by, company=company.pk, role=role)
        search.index(documents_of([customer]))
    return membership


@transaction.atomic
def leave(customer: Customer, company: Company, *, by: Agent) -> None:
    """They no longer buy for this company."""
    gone, _ = Membership.objects.filter(customer=customer, company=company).delete()
    if gone:
        record("customer.left", customer, by=by, company=company.pk)
        search.index(documents_of([Customer.objects.get(pk=customer.pk)]))
