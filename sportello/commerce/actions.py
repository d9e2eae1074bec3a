"""What can happen to stores."""

from django.db import transaction
from django.utils.text import slugify

from sportello.events.record import record

from .models import Store


@transaction.atomic
def open_store(name: str, *, slug: str = "", currency: str = "EUR", by) -> Store:
    """Return the store of this short name, made when there is none."""
    slug = slug or slugify(name)[:60] or "store"
    store, made = Store.objects.get_or_create(slug=slug, defaults={"name": name, "currency": currency})
    if made:
        record("store.opened", store, by=by)
    return store
