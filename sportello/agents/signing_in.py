"""Signing somebody in who has just shown who they are, without asking for the password they chose a second ago."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.http import HttpRequest

from sportello.events.record import record

from .models import Agent

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(request: HttpRequest, agent: Agent) -> None:
    """Sign this person in; they count as having typed their password now."""
    login(request, agent, backend=BACKEND)
    record_authentication(request, agent, method="password", reauthenticated=True)
    device, address = request.session.client()  # type: ignore[attr-defined]  # ours: sessions.py
    record("agent.signed_in", agent, by=agent, device=device, address=address)
