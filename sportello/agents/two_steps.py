"""Signing in with two steps: whether somebody still owes the second one."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator

from .models import Agent
from .requests import SignedIn

# Setting it up, proving again who one is, and leaving stay possible.
_DOORS = ("mfa_", "account_logout", "account_reauthenticate", "account_change_password")


def has_two_steps(agent: Agent) -> bool:
    """Whether they have set up an app or a passkey."""
    types = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=agent, type__in=types).exists()


def owes(request: SignedIn) -> bool:
    """Whether the shop requires two steps and this agent has none yet."""
    shop = request.workspace
    if not (shop and shop.require_mfa):
        return False
    used = any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))
    return not used and not has_two_steps(request.user)


def leads_there(url_name: str | None) -> bool:
    """Whether this address belongs to setting up two steps."""
    return (url_name or "").startswith(_DOORS)
