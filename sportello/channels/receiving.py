"""The service that takes mail from a mail server on this machine, when a port is set for it."""

import asyncio
import contextlib
from collections.abc import Callable
from threading import Event as Stop

import idna
from django.conf import settings
from django.db import DatabaseError, connection

from .email.receiver import Desk, LmtpLine, SmtpLine, TryLater, serve
from .models import Inbox
from .storing import store


def run(stop: Stop, *, ready: Callable = lambda ports: None) -> None:
    """Listen until `stop` on SPORTELLO_SMTP_PORT and SPORTELLO_LMTP_PORT; without them there is nothing to do."""
    wanted = ((SmtpLine, settings.SMTP_PORT), (LmtpLine, settings.LMTP_PORT))
    ports = [(kind, port) for kind, port in wanted if port is not None]
    if not ports:
        stop.wait()
        return
    asyncio.run(serve(Desk(find=find, keep=keep, largest=settings.LARGEST_DELIVERY), ports, stop, ready))


def find(address: str) -> int | None:
    """Return the active e-mail inbox of an address, or of the address without its +token; raise `TryLater`."""
    try:
        inboxes = Inbox.objects.filter(is_active=True, kind="email").exclude(address="")
        known = {canonical(inbox): pk for pk, inbox in inboxes.values_list("pk", "address")}
    except DatabaseError as error:
        raise TryLater from error
    finally:
        connection.close()
    wanted = canonical(address)
    local, _at, domain = wanted.rpartition("@")
    return known.get(wanted) or known.get(f"{local.partition('+')[0]}@{domain}")


def keep(inbox_id: int, key: str, body: bytes) -> None:
    """Store one mail; on return it is durable. Raise `TryLater`: the disk is full, the database locked or away."""
    try:
        store(inbox_id, [(key, body)])
    except (DatabaseError, OSError) as error:
        raise TryLater from error
    finally:
        connection.close()


def canonical(address: str) -> str:
    """Return the address in small letters, its domain in ASCII: what two ways of writing one address share."""
    local, at, domain = address.strip().lower().rpartition("@")
    with contextlib.suppress(idna.IDNAError):
        domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    return f"{local}{at}{domain}"
