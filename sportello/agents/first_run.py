"""The first run: nobody is here yet, and whoever comes first makes the shop and becomes its administrator.

A fresh desk on the internet could be taken by a stranger: from elsewhere than this very machine the page asks for
the token of the link that was printed where the desk was started.
"""

import ipaddress
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from sportello.events.changes import difference
from sportello.events.record import record
from sportello.workspace.models import Workspace

from .models import Agent, Role

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


class AlreadyBegun(Exception):
    """Somebody else was first."""


def is_due() -> bool:
    """Whether there is nobody yet."""
    return not Agent.objects.exists()


def link() -> str:
    """The address to print where the desk is started; "" when the first run is over."""
    if not is_due():
        return ""
    return f"{settings.PUBLIC_URL}{reverse('welcome')}?{urlencode({'token': token()})}"


def token() -> str:
    """The same as long as the secret key is; worthless once there is an administrator."""
    return salted_hmac("sportello first run", "welcome", algorithm="sha256").hexdigest()[:40]


def may_begin(request: HttpRequest, given: str) -> bool:
    """Whether this request comes from this very machine or knows the token."""
    return constant_time_compare(given, token()) or _is_local(request)


def _is_local(request: HttpRequest) -> bool:
    """From this machine, by one of its own names, and not handed on by a proxy that stands on it.

    A proxy that says nothing of itself (nginx as it is installed) looks like this machine: where the desk is told a
    public address, the link is always asked for.
    """
    if any(name in request.headers for name in FORWARDED):
        return False
    if not _is_loopback(urlsplit(settings.PUBLIC_URL).hostname or ""):
        return False
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    if not _is_loopback(host):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@transaction.atomic
def begin(*, shop: str, language: str, time_zone: str, name: str, email: str, password: str) -> Agent:
    """Make the shop and its administrator; raise `AlreadyBegun` for all but the first of several at once.

    The shop has one row only: whoever makes or locks it first goes on, the next one then finds an agent.
    """
    fields = {"name": shop, "language": language, "time_zone": time_zone}
    workspace, _made = Workspace.objects.select_for_update().get_or_create(pk=1, defaults=fields)
    if not is_due():
        raise AlreadyBegun
    Workspace.objects.filter(pk=1).update(**fields)
    Workspace.objects.forget()
    admin = Agent.objects.create_user(email, password, name=name, role=Role.ADMIN, language=language)
    record("workspace.created", workspace, by=admin, changes=difference({}, fields))
    return admin
