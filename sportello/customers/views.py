"""The list of customers, and the card of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sportello.agents.requests import SignedIn
from sportello.lib.access import no_guests
from sportello.ui.beside import beside

from . import actions, queries
from .forms import AddressForm, CompanyForm, DescribeForm
from .models import Company, Customer, Identity
from .telling import told


@require_GET
def listing(request: SignedIn) -> HttpResponse:
    """Fifty customers, newest first or those found; an address or number that is known goes straight to its card."""
    typed = request.GET.get("q", "").strip()
    if typed and (known := queries.by_address(typed, request.user)):
        return redirect(known)
    customers, more = queries.page(request.user, typed=typed, before=_number(request.GET.get("before")))
    return render(request, "customers/customers.html", {"customers": customers, "more": more, "typed": typed})


def customer(request: SignedIn, pk: int) -> HttpResponse:
    """The card of one; POST writes down what we know."""
    found = _find(request, pk)
    if request.method != "POST" or request.user.is_guest:
        return _card(request, found)
    form = DescribeForm(request.POST, instance=Customer.objects.get(pk=pk))
    if not form.is_valid():
        return _card(request, found, about=form)
    actions.describe(found, by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect(found)


@require_POST
@no_guests
def identities(request: SignedIn, pk: int) -> HttpResponse:
    """Give them another address."""
    found = _find(request, pk)
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            actions.add_identity(found, form.cleaned_data["kind"], form.cleaned_data["value"], by=request.user)
            return redirect(found)
        except actions.Taken as taken:
            whose = taken.identity.customer
            form.add_error("value", _("This belongs to %(customer)s.") % {"customer": whose})
    return _card(request, found, address=form)


@require_POST
@no_guests
def identity(request: SignedIn, pk: int, address: int) -> HttpResponse:
    """Take this address away from them."""
    found = _find(request, pk)
    actions.remove_identity(get_object_or_404(found.identities, pk=address), by=request.user)
    return redirect(found)


@require_POST
@no_guests
def block(request: SignedIn, pk: int, address: int) -> HttpResponse:
    """Stop listening to this address, or listen again."""
    found = _find(request, pk)
    change = actions.block if request.POST.get("blocked") == "yes" else actions.unblock
    change(get_object_or_404(Identity, customer=found, pk=address), by=request.user)
    return redirect(found)


@require_POST
@no_guests
def companies(request: SignedIn, pk: int) -> HttpResponse:
    """They buy for this company."""
    found = _find(request, pk)
    form = CompanyForm(request.POST)
    if not form.is_valid():
        return _card(request, found, joining=form)
    company = actions.found_company(form.cleaned_data["name"])
    actions.join(found, company, role=form.cleaned_data["role"], by=request.user)
    return redirect(found)


@require_POST
@no_guests
def company(request: SignedIn, pk: int, company: int) -> HttpResponse:
    """They do not buy for it any more."""
    found = _find(request, pk)
    actions.leave(found, get_object_or_404(Company, pk=company, people=found), by=request.user)
    return redirect(found)


def _find(request: SignedIn, pk: int) -> Customer:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


def _card(request: SignedIn, found: Customer, **forms: Any) -> HttpResponse:
    context = {
        "customer": found,
        "identities": found.identities.select_related("blocked_by").order_by("pk"),
        "memberships": found.membership_set.select_related("company").order_by("company__name"),
        "suggested": queries.suggested_companies(found),
        "timeline": [told(event) for event in queries.timeline(found)],
        "panels": beside("customer", request, found),
        "may_change": not request.user.is_guest,
        "about": forms.get("about") or DescribeForm(instance=found),
        "address": forms.get("address") or AddressForm(),
        "joining": forms.get("joining") or CompanyForm(),
    }
    invalid = any(form.errors for form in forms.values())
    return render(request, "customers/customer.html", context, status=422 if invalid else 200)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None
