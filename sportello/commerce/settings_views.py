"""Stores, and the files of orders they give us. For administrators."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sportello.agents.requests import SignedIn
from sportello.lib.access import admin_only

from . import actions
from .forms import FileForm, StoreForm
from .importing.problems import Problem
from .importing.report import summary, write_problems
from .jobs import import_file, read_file
from .models import Order, OrderFile, Store

LATEST = 10
SHOWN = 50


@require_GET
@admin_only
def orders(request: SignedIn) -> HttpResponse:
    """The stores, a file to give, and the files given lately."""
    return _orders(request)


@require_http_methods(["GET", "POST"])
@admin_only
def new_store(request: SignedIn) -> HttpResponse:
    """One more store."""
    form = StoreForm(request.POST or None)
    if form.is_valid():
        told = form.cleaned_data
        made = actions.open_store(told["name"], currency=told["currency"], by=request.user)
        actions.change_store(made, number_pattern=told["number_pattern"], brand=told["brand"], by=request.user)
        return redirect("order_settings")
    return render(request, "commerce/store.html", {"form": form})


@require_http_methods(["GET", "POST"])
@admin_only
def store(request: SignedIn, pk: int) -> HttpResponse:
    """One store."""
    found = get_object_or_404(Store, pk=pk)
    form = StoreForm(request.POST or None, instance=found)
    if form.is_valid():
        actions.change_store(found, by=request.user, **form.cleaned_data)
        return redirect("order_settings")
    return render(request, "commerce/store.html", {"form": form, "store": Store.objects.get(pk=pk)})


@require_POST
@admin_only
def upload(request: SignedIn) -> HttpResponse:
    """Take a file; it is read through next."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _orders(request, form)
    given = actions.receive_file(form.cleaned_data["store"], form.cleaned_data["file"], by=request.user)
    read_file.enqueue(given.pk)
    return redirect(given)


@require_GET
@admin_only
def file(request: SignedIn, pk: int) -> HttpResponse:
    """What is in a file, or what became of it; while it is worked on, the page asks for this part again."""
    found = get_object_or_404(OrderFile.objects.select_related("store", "by"), pk=pk)
    template = "commerce/_file.html" if request.htmx else "commerce/file.html"
    return render(request, template, _told(found))


@require_POST
@admin_only
def import_(request: SignedIn, pk: int) -> HttpResponse:
    """Yes, import it."""
    found = get_object_or_404(OrderFile, pk=pk)
    with transaction.atomic():
        if actions.start_import(found, by=request.user):
            import_file.enqueue(pk)
    return redirect(found)


@require_POST
@admin_only
def removal(request: SignedIn, pk: int) -> HttpResponse:
    """No, or not further."""
    actions.stop_file(get_object_or_404(OrderFile, pk=pk), by=request.user)
    return redirect("order_settings")


@require_GET
@admin_only
def problems(request: SignedIn, pk: int) -> HttpResponse:
    """All that is wrong with a file, as CSV."""
    found = get_object_or_404(OrderFile, pk=pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_("problems")}-{pk}.csv"'
    write_problems(response, map(Problem.of, found.problems))
    return response


def _orders(request: SignedIn, form: FileForm | None = None) -> HttpResponse:
    stores = list(Store.objects.order_by("name"))
    context = {
        "stores": [(store, Order.objects.filter(store=store).count()) for store in stores],
        "form": form or FileForm(),
        "files": OrderFile.objects.select_related("store", "by")[:LATEST],
    }
    return render(request, "commerce/orders.html", context, status=422 if form else 200)


def _told(found: OrderFile) -> dict[str, Any]:
    told = [Problem.of(kept) for kept in found.problems]
    first = [
        {**order, "placed_at": parse_datetime(order["placed_at"]), "state": Order.State(order["state"]).label}
        for order in found.first
    ]
    return {
        "file": found,
        "summary": summary(found.counts),
        "first": first,
        "problems": told[:SHOWN],
        "more_problems": found.counts.get("problems", 0) - len(told[:SHOWN]),
        "notices": [Problem.of(kept) for kept in found.notices][:SHOWN],
        "good": found.counts.get("good", 0),
    }
