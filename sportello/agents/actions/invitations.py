"""The way in for somebody new: a link that works once, for seven days."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from sportello.events.record import record

from ..models import Agent, Invitation, Team

GOOD_FOR = timedelta(days=7)


class Gone(Exception):
    """The invitation was used, taken back, or is too old."""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(email: str, *, role: str, teams: Iterable[Team] = (), by: Agent) -> tuple[Invitation, str]:
    """Invite this address; return the invitation and its token, which is kept nowhere.

    One that waits for the same address already is changed to this, and its older link stops working.
    """
    token = secrets.token_urlsafe(32)
    fields = {"role": role, "invited_by": by, "token_hash": _hash(token), "expires_at": timezone.now() + GOOD_FOR}
    invitation, _made = Invitation.objects.update_or_create(
        email=email.strip().lower(), accepted_at=None, defaults=fields
    )
    invitation.teams.set(teams)
    names = sorted(team.name for team in teams)
    record("invitation.sent", invitation, by=by, email=invitation.email, role=role, teams=names)
    return invitation, token


@transaction.atomic
def renew(invitation: Invitation, *, by: Agent) -> str:
    """Give it a new link for another seven days, and return its token; raise `Gone` if it was used meanwhile."""
    token = secrets.token_urlsafe(32)
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None)
    if not waiting.update(token_hash=_hash(token), expires_at=timezone.now() + GOOD_FOR):
        raise Gone
    record("invitation.sent", invitation, by=by, email=invitation.email, role=invitation.role)
    return token


@transaction.atomic
def revoke(invitation: Invitation, *, by: Agent) -> None:
    """Take it back: its link opens nothing any more. One that was used stays as it is."""
    deleted, _rows = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()
    if deleted:
        record("invitation.revoked", invitation, by=by, email=invitation.email)


def find_invitation(token: str) -> Invitation | None:
    """The invitation this link belongs to, if it still opens something."""
    waiting = Invitation.objects.filter(accepted_at=None, expires_at__gt=timezone.now())
    return waiting.select_related("invited_by").filter(token_hash=_hash(token)).first()


def accept(token: str, *, name: str, password: str, language: str) -> Agent:
    """Make the agent who was invited; raise `Gone` for all but the first who comes with this link."""
    try:
        with transaction.atomic():
            return _accept(token, name=name, password=password, language=language)
    except IntegrityError as taken:  # somebody with this address is here already
        raise Gone from taken


def _accept(token: str, **fields) -> Agent:
    invitation = find_invitation(token)
    if invitation is None or not _take(invitation, _hash(token)):
        raise Gone
    agent = Agent.objects.create_user(invitation.email, role=invitation.role, **fields)
    agent.teams.set(invitation.teams.all())
    record("agent.joined", agent, by=agent, invited_by=invitation.invited_by_id, role=agent.role)
    return agent


def _take(invitation: Invitation, token_hash: str) -> int:
    """Of several at once, the one whose UPDATE finds it still unused."""
    unused = Invitation.objects.filter(pk=invitation.pk, token_hash=token_hash, accepted_at=None)
    return unused.update(accepted_at=timezone.now())
