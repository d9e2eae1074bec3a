"""What was changed, by whom, when: settings, people, sign-ins. Read from the stream of events.

What happens to conversations has its own place, the timeline of each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sportello.agents.models import Agent, Team
from sportello.channels.models import Inbox
from sportello.commerce.models import Store
from sportello.conversations.models import Tag
from sportello.events.models import Event
from sportello.workspace.models import Brand

# Every event that stands in the audit, in words. The first part of its name is what one can ask for.
SENTENCES = {
    "agent.signed_in": gettext_lazy("signed in"),
    "agent.signed_out_elsewhere": gettext_lazy("signed out everywhere else"),
    "agent.joined": gettext_lazy("came in with an invitation"),
    "agent.changed": gettext_lazy("was changed"),
    "agent.deactivated": gettext_lazy("was put out"),
    "agent.reactivated": gettext_lazy("was let back in"),
    "agent.password_changed": gettext_lazy("has another password"),
    "agent.password_reset": gettext_lazy("chose a new password by letter"),
    "agent.app_added": gettext_lazy("added an authenticator app"),
    "agent.app_removed": gettext_lazy("removed the authenticator app"),
    "agent.passkey_added": gettext_lazy("added a passkey"),
    "agent.passkey_removed": gettext_lazy("removed a passkey"),
    "agent.codes_made": gettext_lazy("made new recovery codes"),
    "agent.second_step_taken_off": gettext_lazy("had the second step taken off"),
    "brand.created": gettext_lazy("was made"),
    "brand.changed": gettext_lazy("was changed"),
    "brand.deleted": gettext_lazy("was removed"),
    "delivery.released": gettext_lazy("reads again what was in quarantine"),
    "delivery.discarded": gettext_lazy("puts aside what was in quarantine"),
    "inbox.created": gettext_lazy("was added"),
    "inbox.changed": gettext_lazy("was changed"),
    "inbox.paused": gettext_lazy("was paused"),
    "inbox.resumed": gettext_lazy("was resumed"),
    "invitation.sent": gettext_lazy("was sent"),
    "invitation.revoked": gettext_lazy("was taken back"),
    "store.changed": gettext_lazy("was changed"),
    "store.created": gettext_lazy("was added"),
    "store.import_stopped": gettext_lazy("was to get orders from a file: stopped"),
    "store.imported": gettext_lazy("got orders from a file"),
    "job.revived": gettext_lazy("runs again"),
    "job.discarded": gettext_lazy("was put aside"),
    "tag.created": gettext_lazy("was made"),
    "tag.renamed": gettext_lazy("was renamed"),
    "tag.deleted": gettext_lazy("was removed"),
    "team.created": gettext_lazy("was made"),
    "team.changed": gettext_lazy("was changed"),
    "team.deleted": gettext_lazy("was dissolved"),
    "workspace.created": gettext_lazy("was opened"),
    "workspace.changed": gettext_lazy("was changed"),
}
KINDS = {
    "agent": gettext_lazy("People"),
    "brand": gettext_lazy("Brands"),
    "delivery": gettext_lazy("Quarantine"),
    "inbox": gettext_lazy("Inboxes"),
    "invitation": gettext_lazy("Invitations"),
    "store": gettext_lazy("Stores"),
    "job": gettext_lazy("Jobs"),
    "tag": gettext_lazy("Labels"),
    "team": gettext_lazy("Teams"),
    "workspace": gettext_lazy("The shop"),
}
ONES = {
    "brand": gettext_lazy("Brand"),
    "inbox": gettext_lazy("Inbox"),
    "invitation": gettext_lazy("Invitation"),
    "store": gettext_lazy("Store"),
    "job": gettext_lazy("Job"),
    "tag": gettext_lazy("Label"),
    "team": gettext_lazy("Team"),
    "workspace": gettext_lazy("The shop"),
}
FIELDS = {
    "name": gettext_lazy("name"),
    "role": gettext_lazy("role"),
    "teams": gettext_lazy("teams"),
    "language": gettext_lazy("language"),
    "theme": gettext_lazy("light or dark"),
    "signature": gettext_lazy("signature"),
    "time_zone": gettext_lazy("time zone"),
    "require_mfa": gettext_lazy("two steps for everybody"),
    "website": gettext_lazy("website"),
    "inboxes": gettext_lazy("inboxes"),
    "agents": gettext_lazy("people"),
    "address": gettext_lazy("address"),
    "brand": gettext_lazy("brand"),
    "service": gettext_lazy("mail service"),
    "auth": gettext_lazy("sign-in"),
    "imap_user": gettext_lazy("user name"),
    "imap_password": gettext_lazy("password"),
    "imap_host": gettext_lazy("server for reading"),
    "imap_port": gettext_lazy("port for reading"),
    "imap_security": gettext_lazy("security of reading"),
    "folder": gettext_lazy("folder"),
    "start": gettext_lazy("begins with"),
    "since": gettext_lazy("mail since"),
    "smtp_host": gettext_lazy("server for sending"),
    "smtp_port": gettext_lazy("port for sending"),
    "smtp_security": gettext_lazy("security of sending"),
    "smtp_sign_in": gettext_lazy("sign-in for sending"),
    "smtp_user": gettext_lazy("user name for sending"),
    "smtp_password": gettext_lazy("password for sending"),
}
MODELS: dict[str, type[Model]] = {
    "agent": Agent,
    "brand": Brand,
    "inbox": Inbox,
    "store": Store,
    "tag": Tag,
    "team": Team,
}
PAGE = 50


@dataclass(frozen=True)
class Entry:
    """One line of the audit. `subject` is what it happened to; `changes` are (field, before, after) as text."""

    event: Event
    subject: str
    sentence: Any
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, and the id to go on from (None at the end)."""

    entries: list[Entry]
    older: int | None


def read(*, kind: str = "", by: int | None = None, before: int | None = None) -> Page:
    """Return one page of the audit; `kind` is one of `KINDS`, `by` the id of a person."""
    names = [name for name in SENTENCES if not kind or name.startswith(f"{kind}.")]
    found = Event.objects.filter(name__in=names)
    if by:
        found = found.filter(by=by)
    if before:
        found = found.filter(pk__lt=before)
    events = list(found.select_related("by").order_by("-pk")[: PAGE + 1])
    shown, called = events[:PAGE], _names(events[:PAGE])
    return Page([_entry(event, called) for event in shown], shown[-1].pk if len(events) > PAGE else None)


def _entry(event: Event, called: dict[str, str]) -> Entry:
    kind = event.topic.partition(":")[0]
    name = called.get(event.topic) or event.data.get("name") or event.data.get("email") or ""
    one = ONES.get(kind, "")
    subject = _("%(kind)s “%(name)s”") % {"kind": one, "name": name} if one and name else str(one or name)
    changes = event.data.get("changes", {})
    told = {field: (plain(old), plain(new)) for field, (old, new) in changes.items()}
    shown = [(str(FIELDS.get(field, field)), old, new) for field, (old, new) in told.items() if old != new]
    renewed = [(str(FIELDS.get(field, field)), "", _("another one")) for field in event.data.get("secrets", ())]
    return Entry(event, subject, SENTENCES[event.name], shown + renewed)


def _names(events: Iterable[Event]) -> dict[str, str]:
    """What the things are called now, by topic: one question per kind of thing."""
    called: dict[str, str] = {}
    for kind, model in MODELS.items():
        ids = {event.subject_id for event in events if event.topic.startswith(f"{kind}:")}
        called |= {f"{kind}:{pk}": str(thing) for pk, thing in model._default_manager.in_bulk(ids).items()}
    return called


def plain(value: Any) -> str:
    """A value of a setting as a person reads it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—"
    return str(value)[:200]
