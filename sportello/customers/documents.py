"""What a customer can be found by."""

from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects

from sportello.search import Document

from .models import Company, Customer, Identity


def documents_of(customers: Sequence[Customer]) -> list[Document]:
    """Return what the search knows of these: names, addresses, companies, city and note. Two queries."""
    prefetch_related_objects(customers, "identities", "companies")
    return [document(customer, customer.identities.all(), customer.companies.all()) for customer in customers]


def document(customer: Customer, identities: Iterable[Identity], companies: Iterable[Company] = ()) -> Document:
    """Return what the search knows of one whose addresses and companies are at hand."""
    told = [customer.name, customer.city]
    for identity in identities:
        told += [identity.value, identity.name]
    told += [company.name for company in companies]
    return Document("customer", customer.pk, "\n".join([*told, customer.note]), customer.created_at)
