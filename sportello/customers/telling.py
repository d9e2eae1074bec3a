"""What happened to a customer, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from sportello.events.models import Event

WORDS = {
    "customer.met": ("mail", _("Wrote for the first time")),
    "customer.described": ("pencil", _("Details changed")),
    "customer.reachable": ("plus", _("An address was added")),
    "customer.unreachable": ("minus", _("An address was taken away")),
    "customer.blocked": ("ban", _("An address was blocked")),
    "customer.unblocked": ("circle-check", _("An address was unblocked")),
    "customer.joined": ("building-2", _("Added to a company")),
    "customer.left": ("building-2", _("Taken off a company")),
}


@dataclass(frozen=True)
class Line:
    """One line of the timeline. `by` is the agent, or None when it happened by itself."""

    icon: str
    words: Any
    by: Any
    at: datetime


def told(event: Event) -> Line:
    """Return the event as a line; what has no words of its own is shown by its name."""
    icon, words = WORDS.get(event.name, ("history", event.name))
    return Line(icon, words, event.by, event.at)
