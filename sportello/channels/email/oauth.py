"""Signing in without a password: Google and Microsoft give, for a refresh token, one that lasts an hour."""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2
from django.utils.translation import gettext as _

from sportello.lib import http

from .. import base
from .server import words_of

# Seconds before its end at which a token is renewed.
EARLY = 120
FOR_NOW = {"temporarily_unavailable", "server_error", "slow_down"}


@dataclass(frozen=True)
class Vendor:
    """Where a shopkeeper agrees, where tokens come from, and what we ask for: this mailbox, while nobody is there."""

    name: str
    consent_url: str
    token_url: str
    scope: str
    more: Mapping[str, str]


VENDORS = {
    "google": Vendor(
        "Google",
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        {"access_type": "offline", "prompt": "consent"},
    ),
    "microsoft": Vendor(
        "Microsoft",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        {"prompt": "select_account"},
    ),
}

_tokens: dict[str, tuple[str, float]] = {}
_lock = threading.Lock()


class GrantFailed(base.ChannelError):
    """No token was given. `permanent`: a person must agree again."""

    def __init__(self, reason: str, *, permanent: bool):
        super().__init__(reason)
        self.permanent = permanent


def uses_oauth(settings: Mapping[str, Any]) -> bool:
    """Whether this inbox signs in with a token."""
    return settings.get("auth") in VENDORS


def consent_url(settings: Mapping[str, Any], *, redirect_uri: str, state: str) -> str:
    """Where the shopkeeper's browser goes to agree. `state` comes back with the code."""
    vendor = VENDORS[settings["auth"]]
    asked = {
        "client_id": settings["oauth_client"],
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": vendor.scope,
        "state": state,
        "login_hint": settings.get("address", ""),
        **vendor.more,
    }
    return f"{_at(vendor.consent_url, settings)}?{urlencode(asked)}"


def redeem(settings: Mapping[str, Any], *, code: str, redirect_uri: str) -> str:
    """Return the refresh token for the code that came back; raise `GrantFailed`."""
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    given = _ask(settings, asked)
    if not given.get("refresh_token"):
        raise GrantFailed(_("No lasting permission was given. Try again and agree to everything."), permanent=True)
    return str(given["refresh_token"])


def access_token(
    settings: Mapping[str, Any], renewed: dict[str, Any], *, clock: Callable[[], float] = time.monotonic
) -> str:
    """Return a token that is good for some minutes; raise `GrantFailed`.

    `renewed` takes the refresh token when the vendor changes it.
    """
    refresh = renewed.get("oauth_refresh") or settings.get("oauth_refresh", "")
    if not refresh:
        raise GrantFailed(_("Nobody has agreed yet that this mailbox may be used."), permanent=True)
    with _lock:
        token, until = _tokens.get(_key(refresh), ("", 0.0))
        if token and clock() < until:
            return token
    given = _ask(settings, {"grant_type": "refresh_token", "refresh_token": refresh})
    if new := given.get("refresh_token"):
        renewed["oauth_refresh"] = refresh = str(new)
    with _lock:
        _tokens[_key(refresh)] = (str(given["access_token"]), clock() + float(given.get("expires_in", 3600)) - EARLY)
    return str(given["access_token"])


def forget(settings: Mapping[str, Any], renewed: Mapping[str, Any]) -> None:
    """The server did not want this token: ask for another next time."""
    with _lock:
        _tokens.pop(_key(renewed.get("oauth_refresh") or settings.get("oauth_refresh", "")), None)


def _ask(settings: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    vendor = VENDORS[settings["auth"]]
    client = {"client_id": settings.get("oauth_client", ""), "client_secret": settings.get("oauth_secret", "")}
    try:
        with http.client() as line:
            response = line.post(_at(vendor.token_url, settings), data={**client, "scope": vendor.scope, **asked})
        given = response.json()
    except (httpx2.HTTPError, ValueError) as error:
        reason = _("{vendor} does not answer as expected: {words}")
        raise GrantFailed(reason.format(vendor=vendor.name, words=words_of(error)), permanent=False) from error
    if isinstance(given, dict) and response.is_success and given.get("access_token"):
        return given
    code = str(given.get("error", "")) if isinstance(given, dict) else ""
    words = words_of(given.get("error_description") or code) if code else f"HTTP {response.status_code}"
    raise GrantFailed(
        _("{vendor} does not let us in any more: {words}").format(vendor=vendor.name, words=words),
        permanent=bool(code) and code not in FOR_NOW and response.status_code in (400, 401, 403),
    )


def _at(url: str, settings: Mapping[str, Any]) -> str:
    return url.format(tenant=settings.get("oauth_tenant") or "common")


def _key(refresh: str) -> str:
    return hashlib.sha256(refresh.encode()).hexdigest()
