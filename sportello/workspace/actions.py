"""Everything that can happen to the shop and its brands."""

from django.db import transaction

from sportello.events.changes import difference
from sportello.events.record import record

from .models import Brand, Workspace

OF_THE_SHOP = ("name", "language", "time_zone", "require_mfa")
OF_A_BRAND = ("name", "website", "signature")


def _facts(thing, fields) -> dict:
    return {field: getattr(thing, field) for field in fields}


@transaction.atomic
def change_shop(*, by, **fields) -> Workspace:
    """Change name, language, time zone, or whether everybody signs in with two steps."""
    shop = Workspace.objects.select_for_update().get(pk=1)
    before = _facts(shop, OF_THE_SHOP)
    for field, value in fields.items():
        setattr(shop, field, value)
    shop.save()
    if changes := difference(before, _facts(shop, OF_THE_SHOP)):
        record("workspace.changed", shop, by=by, changes=changes)
    return shop


@transaction.atomic
def save_brand(brand: Brand, *, by) -> Brand:
    """Make a brand or change it."""
    before = _facts(Brand.objects.get(pk=brand.pk), OF_A_BRAND) if brand.pk else {}
    brand.save()
    if changes := difference(before, _facts(brand, OF_A_BRAND)):
        record("brand.changed" if before else "brand.created", brand, by=by, changes=changes)
    return brand


@transaction.atomic
def delete_brand(brand: Brand, *, by) -> None:
    """Take it away; raise `ProtectedError` while an inbox writes in its name."""
    record("brand.deleted", brand, by=by, name=brand.name)
    brand.delete()
