"""The mail server of everybody the demo's shop writes to: takes their mail and puts it into the outbox."""

import asyncio
from collections.abc import Callable
from threading import Event as Stop

from django.conf import settings

from sportello.channels.email.receiver import Desk, SmtpLine, serve

from . import outbox

# Nobody lives there: what is sent to this domain is refused, so that a failure can be seen.
NOWHERE = "psota.example"


def run(stop: Stop, *, ready: Callable = lambda ports: None) -> None:
    """Listen on SPORTELLO_DEMO_MAIL_PORT, on this machine only, until `stop`."""
    desk = Desk(find=_lives_here, keep=_keep, largest=settings.LARGEST_DELIVERY)
    asyncio.run(serve(desk, [(SmtpLine, settings.DEMO_MAIL_PORT)], stop, ready))


def _lives_here(address: str) -> int | None:
    return None if address.lower().endswith(f"@{NOWHERE}") else 1


def _keep(_mailbox: int, _key: str, raw: bytes) -> None:
    outbox.keep(raw)
