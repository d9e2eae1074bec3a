"""Everything that can happen to an inbox by a person's hand."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from sportello.events.changes import difference
from sportello.events.record import record

from .checking import check_inbox
from .forms import shown_settings
from .models import Inbox
from .registry import channels


def _facts(inbox: Inbox) -> dict[str, Any]:
    """What the audit may know of an inbox: of a secret, only that it is another one now."""
    brand = inbox.brand.name if inbox.brand else ""
    return {"name": inbox.name, "address": inbox.address, "brand": brand, **shown_settings(inbox)}


@transaction.atomic
def create_inbox(inbox: Inbox, *, by) -> Inbox:
    """Open it, and try its settings."""
    inbox.save()
    record("inbox.created", inbox, by=by, kind=inbox.kind, changes=difference({}, _facts(inbox)))
    ask_check(inbox)
    return inbox


@transaction.atomic
def change_inbox(inbox: Inbox, *, by) -> Inbox:
    """Keep what was changed on it, and try its settings."""
    before = Inbox.objects.select_for_update().get(pk=inbox.pk)
    inbox.save(update_fields=["name", "address", "brand", "settings"])
    secrets = channels()[inbox.kind].secrets
    renewed = sorted(key for key in secrets if before.settings.get(key) != inbox.settings.get(key))
    changes = difference(_facts(before), _facts(inbox))
    if changes or renewed:
        record("inbox.changed", inbox, by=by, changes=changes, secrets=renewed)
    ask_check(inbox)
    return inbox


@transaction.atomic
def pause(inbox: Inbox, *, by) -> None:
    """Neither fetch nor accept nor send until it is resumed."""
    if Inbox.objects.filter(pk=inbox.pk, is_active=True).update(is_active=False):
        record("inbox.paused", inbox, by=by)


@transaction.atomic
def resume(inbox: Inbox, *, by) -> None:
    if Inbox.objects.filter(pk=inbox.pk, is_active=False).update(is_active=True):
        record("inbox.resumed", inbox, by=by)


@transaction.atomic
def ask_check(inbox: Inbox) -> None:
    """Have its settings tried against the real server; the answer comes to stand on the inbox."""
    inbox.check_asked_at = timezone.now()
    Inbox.objects.filter(pk=inbox.pk).update(check_asked_at=inbox.check_asked_at)
    check_inbox.enqueue(inbox.pk)
