"""What the screens ask about customers."""

from collections.abc import Sequence

from django.db.models import Prefetch, Q, QuerySet

from sportello import search
from sportello.agents.models import Agent
from sportello.events.models import Event
from sportello.events.record import topic_of

from .addresses import EMAIL, PHONE_KINDS, NotAnAddress, normal
from .models import Company, Customer, CustomerQuerySet, Identity

ON_A_PAGE = 50
# Everybody has an address there: it says nothing about whom one works for.
SHARED_DOMAINS = frozenset(
    """gmail.com googlemail.com hotmail.com hotmail.it outlook.com outlook.it live.com live.it yahoo.com yahoo.it
    msn.com icloud.com me.com libero.it virgilio.it alice.it tin.it tim.it tiscali.it email.it
    fastwebnet.it inwind.it iol.it pec.it legalmail.it aruba.it proton.me protonmail.com gmx.de gmx.net web.de
    t-online.de orange.fr laposte.net""".split()  # noqa: SIM905 thirty quoted words read worse
)


def visible_to(agent: Agent) -> CustomerQuerySet:
    """Return the customers this agent may see."""
    return CustomerQuerySet(Customer).visible_to(agent)


def by_address(text: str, agent: Agent) -> Customer | None:
    """Return the customer with this e-mail address or phone number, if this agent may see them."""
    visible = Identity.objects.filter(customer__in=visible_to(agent)).select_related("customer")
    for kinds in ((EMAIL,), PHONE_KINDS):
        try:
            value = normal(kinds[0], text)
        except NotAnAddress:
            continue
        if identity := visible.filter(kind__in=kinds, value=value).order_by("pk").first():
            return identity.customer
    return None


def page(agent: Agent, *, typed: str = "", before: int | None = None) -> tuple[list[Customer], int | None]:
    """Return fifty customers, newest first, and what to pass as `before` for the next fifty (None: that was all)."""
    visible = visible_to(agent)
    return _found(visible, typed, before) if typed.strip() else _newest(visible, before)


def _newest(visible: QuerySet[Customer], before: int | None) -> tuple[list[Customer], int | None]:
    if before is not None:
        visible = visible.filter(pk__lt=before)
    customers = list(_with_all(visible).order_by("-pk")[: ON_A_PAGE + 1])
    more = len(customers) > ON_A_PAGE
    return customers[:ON_A_PAGE], customers[ON_A_PAGE - 1].pk if more else None


def _found(visible: QuerySet[Customer], typed: str, before: int | None) -> tuple[list[Customer], int | None]:
    def seen(hits: Sequence[search.Hit]) -> list[search.Hit]:
        refs = set(visible.filter(pk__in=[hit.ref for hit in hits]).values_list("pk", flat=True))
        return [hit for hit in hits if hit.ref in refs]

    hits = search.find(typed, ["customer"], limit=ON_A_PAGE + 1, before=before, only=seen)
    shown = hits[:ON_A_PAGE]
    customers = _with_all(visible).in_bulk([hit.ref for hit in shown])
    more = shown[-1].key if len(hits) > ON_A_PAGE else None
    return [customers[hit.ref] for hit in shown if hit.ref in customers], more


def _with_all(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    in_order = Prefetch("identities", Identity.objects.order_by("pk"))
    return customers.prefetch_related(in_order, "membership_set__company")


def suggested_companies(customer: Customer) -> list[Company]:
    """Return companies whose domain this customer writes from and does not belong to: for a person to confirm."""
    addresses = customer.identities.filter(kind=EMAIL).values_list("value", flat=True)
    domains = {address.rpartition("@")[2] for address in addresses} - SHARED_DOMAINS
    companies = Company.objects.filter(domain__in=domains).exclude(Q(people=customer))
    return list(companies.order_by("name"))


def timeline(customer: Customer, *, limit: int = 30) -> list[Event]:
    """Return what happened to this customer, newest first."""
    return list(Event.objects.filter(topic=topic_of(customer)).select_related("by").order_by("-pk")[:limit])
