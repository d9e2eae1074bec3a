"""What a customer can be found by."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from sportello.search import Document

from .models import Customer


def documents_of(customers: Sequence[Customer]) -> list[Document]:
    """Return what the search knows of these: names, addresses, companies, city and note. Two queries."""
    prefetch_related_objects(customers, "identities", "companies")
    return [Document("customer", customer.pk, _text(customer), customer.created_at) for customer in customers]


def _text(customer: Customer) -> str:
    told = [customer.name, customer.city]
    for identity in customer.identities.all():
        told += [identity.value, identity.name]
    told += [company.name for company in customer.companies.all()]
    return "\n".join([*told, customer.note])
