"""Stop listening to an address, and listen again."""

from django.db import transaction
from django.utils import timezone

from sportello.agents.models import Agent
from sportello.events.record import record

from ..models import Identity


@transaction.atomic
def block(identity: Identity, *, by: Agent) -> None:
    """Block this address: what comes from it makes no work. Nothing of what was said before is lost."""
    listened = Identity.objects.filter(pk=identity.pk, blocked_at=None)
    if listened.update(blocked_at=timezone.now(), blocked_by=by):
        record("customer.blocked", identity.customer, by=by, identity=identity.pk)
    identity.refresh_from_db()


@transaction.atomic
def unblock(identity: Identity, *, by: Agent) -> None:
    """Listen to this address again."""
    blocked = Identity.objects.filter(pk=identity.pk).exclude(blocked_at=None)
    if blocked.update(blocked_at=None, blocked_by=None):
        record("customer.unblocked", identity.customer, by=by, identity=identity.pk)
    identity.refresh_from_db()
