"""What happened, told in a line of the thread: who did what, with the icon of the deed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from sportello.events.models import Event
from sportello.ui import formats

from ..models import Priority


def bold(words: Any) -> SafeString:
    return format_html("<b>{}</b>", words)


def sentence(words: Any, **parts: Any) -> SafeString:
    """Return a translated sentence with its parts made safe: the sentence is ours, the parts may be anybody's."""
    return SafeString(conditional_escape(words) % {name: conditional_escape(part) for name, part in parts.items()})


def _assigned(event: Event, who: SafeString) -> SafeString:
    if not event.data.get("agent"):
        return sentence(_("%(who)s gave it to nobody"), who=who)
    return sentence(_("%(who)s gave it to %(agent)s"), who=who, agent=bold(event.data.get("agent_name", "")))


def _moved(event: Event, who: SafeString) -> SafeString:
    if not event.data.get("team"):
        return sentence(_("%(who)s handed it to everybody"), who=who)
    return sentence(_("%(who)s handed it to %(team)s"), who=who, team=bold(event.data.get("team_name", "")))


def _snoozed(event: Event, who: SafeString) -> SafeString:
    until = datetime.fromisoformat(event.data["until"])
    return sentence(_("%(who)s put it off until %(time)s"), who=who, time=formats.moment(until, timezone.now()))


def _prioritised(event: Event, who: SafeString) -> SafeString:
    labels = {str(value): label for value, label in Priority.choices}
    return sentence(
        _("%(who)s set the priority: %(level)s"), who=who, level=labels.get(str(event.data.get("priority")), "")
    )


def _by_itself(ours: Any, alone: Any) -> Callable[[Event, SafeString], SafeString]:
    """A sentence for when a person did it, another for when nobody did."""
    return lambda event, who: sentence(ours if event.by_id else alone, who=who, **_words(event))


def _plain(words: Any) -> Callable[[Event, SafeString], SafeString]:
    return lambda event, who: sentence(words, who=who, **_words(event))


def _words(event: Event) -> dict[str, Any]:
    return {name: bold(event.data.get(name, "")) for name in ("tag", "number")}


# Event name → icon, and how it is told.
TOLD: dict[str, tuple[str, Callable[[Event, SafeString], SafeString]]] = {
    "conversation.assigned": ("user-round-plus", _assigned),
    "conversation.claimed": ("hand", _plain(_("%(who)s took it"))),
    "conversation.closed": ("check", _plain(_("%(who)s solved it"))),
    "conversation.reopened": (
        "undo-2",
        _by_itself(_("%(who)s opened it again"), _("Open again: something new came")),
    ),
    "conversation.snoozed": ("alarm-clock-plus", _snoozed),
    "conversation.woken": ("alarm-clock-check", _by_itself(_("%(who)s brought it back"), _("It came back"))),
    "conversation.moved": ("arrow-right-left", _moved),
    "conversation.tagged": ("tag", _plain(_("%(who)s put the label %(tag)s on it"))),
    "conversation.untagged": ("tag", _plain(_("%(who)s took the label %(tag)s off"))),
    "conversation.prioritised": ("flag", _prioritised),
    "conversation.spammed": ("ban", _plain(_("%(who)s put it with the spam"))),
    "conversation.unspammed": ("ban", _plain(_("%(who)s took it out of the spam"))),
    "conversation.linked": (
        "package",
        _by_itself(_("%(who)s linked order %(number)s"), _("It speaks of order %(number)s")),
    ),
    "conversation.unlinked": ("package", _plain(_("%(who)s unlinked order %(number)s"))),
}


def told(event: Event) -> tuple[str, SafeString]:
    """Return the icon and the sentence of an event."""
    icon, tell = TOLD[event.name]
    return icon, tell(event, bold(event.by.name if event.by else _("The desk")))
