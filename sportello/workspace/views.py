"""The shop itself, and the names it sells under."""

from django.db.models import ProtectedError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sportello.lib.access import admin_only

from . import actions
from .forms import BrandForm, ShopForm
from .models import Brand, Workspace


@require_http_methods(["GET", "POST"])
@admin_only
def shop(request: HttpRequest) -> HttpResponse:
    form = ShopForm(request.POST or None, instance=get_object_or_404(Workspace, pk=1))
    if form.is_valid():
        actions.change_shop(by=request.user, **form.cleaned_data)
        return redirect("shop")
    return render(request, "workspace/shop.html", {"form": form, "brands": Brand.objects.order_by("name")})


@require_http_methods(["GET", "POST"])
@admin_only
def brand(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One brand, or (without a number) a new one."""
    brand = get_object_or_404(Brand, pk=pk) if pk else Brand()
    form = BrandForm(request.POST or None, instance=brand)
    if form.is_valid():
        actions.save_brand(form.instance, by=request.user)
        return redirect("shop")
    return _show(request, pk, form)


@require_POST
@admin_only
def brand_removal(request: HttpRequest, pk: int) -> HttpResponse:
    brand = get_object_or_404(Brand, pk=pk)
    try:
        actions.delete_brand(brand, by=request.user)
    except ProtectedError:
        return _show(request, pk, BrandForm(instance=brand), _("An inbox writes in its name: give that one another."))
    return redirect("shop")


def _show(request: HttpRequest, pk: int | None, form: ModelForm, refused: str = "") -> HttpResponse:
    brand = Brand.objects.filter(pk=pk).first() if pk else None
    return render(request, "workspace/brand.html", {"brand": brand, "form": form, "refused": refused})
