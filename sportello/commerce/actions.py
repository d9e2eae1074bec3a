"""What can happen to stores, and to the files of orders we are given."""

from secrets import token_hex
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from sportello.agents.models import Agent
from sportello.events.changes import difference
from sportello.events.record import record

from .models import OrderFile, Store

OF_A_STORE = ("name", "currency", "number_pattern", "brand")
State = OrderFile.State


@transaction.atomic
def open_store(name: str, *, slug: str = "", currency: str = "EUR", by: Agent | None) -> Store:
    """Return the store of this short name, made when there is none."""
    slug = slug or slugify(name)[:60] or "store"
    store, made = Store.objects.get_or_create(slug=slug, defaults={"name": name, "currency": currency})
    if made:
        record("store.created", store, by=by, name=store.name)
    return store


@transaction.atomic
def change_store(store: Store, *, by: Agent, **facts: Any) -> None:
    """Change name, currency, number pattern or brand."""
    known = Store.objects.get(pk=store.pk)
    before = {name: _plain(known, name) for name in OF_A_STORE}
    for name, value in facts.items():
        setattr(store, name, value)
    store.save(update_fields=list(facts))
    if changes := difference(before, {name: _plain(store, name) for name in OF_A_STORE}):
        record("store.changed", store, by=by, changes=changes)


def _plain(store: Store, name: str) -> str:
    return str(getattr(store, name) or "")


def receive_file(store: Store, uploaded: File, *, by: Agent) -> OrderFile:
    """Keep a file somebody gave us, under a name of ours. It is read through next, nothing is imported yet."""
    path = default_storage.save(f"order-files/{token_hex(16)}", uploaded)
    size = uploaded.size or 0
    return OrderFile.objects.create(store=store, by=by, name=(uploaded.name or "")[:255], path=path, size=size)


@transaction.atomic
def start_import(file: OrderFile, *, by: Agent) -> bool:
    """Let its orders come in; return whether this was the first to say so."""
    ready = OrderFile.objects.filter(pk=file.pk, state__in=[State.READABLE, State.FAILED])
    started = ready.update(state=State.IMPORTING, read=0)
    if started:
        record("store.import_started", file.store, by=by, file=file.name)
    file.refresh_from_db()
    return bool(started)


@transaction.atomic
def stop_file(file: OrderFile, *, by: Agent) -> None:
    """No more of it: what came in already stays, the file is deleted."""
    unfinished = OrderFile.objects.filter(pk=file.pk).exclude(state__in=[State.IMPORTED, State.STOPPED])
    if unfinished.update(state=State.STOPPED, finished_at=timezone.now()):
        record("store.import_stopped", file.store, by=by, file=file.name)
        forget_content(file)
    file.refresh_from_db()


def forget_content(file: OrderFile) -> None:
    """Delete the bytes: they hold people's addresses, and are of no more use."""
    path = file.path
    OrderFile.objects.filter(pk=file.pk).update(path="")
    if path:
        transaction.on_commit(lambda: default_storage.delete(path))
