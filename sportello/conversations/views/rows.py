"""A conversation as a row of the list. All that can be said once is said here, so that a page of fifty is quick."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sportello.channels.base import Channel
from sportello.channels.registry import channels
from sportello.ui import formats
from sportello.ui.templatetags.ui import face, svg

from ..models import Conversation

LONG = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """The strings of one row. `kinds` are the CSS classes beside `row`, each after a space."""

    pk: int
    href: str
    kinds: str
    is_here: bool
    channel: SafeString
    name: str
    time: SafeString
    subject: str
    draft: SafeString
    preview: str
    marks: SafeString
    quick: SafeString


@dataclass(frozen=True)
class Rows:
    """Rows under one heading; without a label they stand without one."""

    kind: str = ""
    label: str = ""
    icon: str = ""
    tone: str = ""
    rows: Sequence[Row] = ()


@dataclass(frozen=True)
class Look:
    """For whom a list is drawn, and which of its conversations is open."""

    agent: Any
    view: str
    by_waiting: bool
    open_pk: int = 0


def grouped(conversations: Iterable[Conversation], look: Look) -> list[Rows]:
    """Return the rows under their headings: how long people have waited, and whose turn it is.

    No promise is invented: a heading says only how long it has been.
    """
    draw = _Drawing(look)
    if not look.by_waiting:
        rows = [draw.row(one) for one in conversations]
        return [Rows(rows=rows)] if rows else []
    return [
        Rows(kind, *_heading(kind), [draw.row(one) for one in some])
        for kind, some in groupby(conversations, key=lambda one: _kind(one, draw.now))
    ]


def _heading(kind: str) -> tuple[str, str, str]:
    """Label, icon and tone."""
    return {
        "long": (_("For more than a day"), "alarm-clock", "late"),
        "waiting": (_("Waiting"), "hourglass", ""),
        "theirs": (_("Their turn"), "", ""),
    }[kind]


def _kind(conversation: Conversation, now: datetime) -> str:
    if conversation.waiting_since is None:
        return "theirs"
    return "long" if now - conversation.waiting_since > LONG else "waiting"


class _Drawing:
    """What is the same on every row of a page is made once."""

    def __init__(self, look: Look):
        self.look = look
        self.now = timezone.now()
        self.faces: dict[int | None, SafeString] = {}
        self.nothing = mark_safe("")
        self.draft = format_html('<span class="row__draft">{}</span> ', _("Draft"))
        self.no_subject = _("No subject")
        self.quick = quick_buttons() if not look.agent.is_guest else self.nothing

    def row(self, one: Conversation) -> Row:
        here = one.pk == self.look.open_pk
        unread = " row--unread" if one.unread else ""
        taken = " row--taken" if one.assignee_id else ""
        return Row(
            pk=one.pk,
            href=f"/conversations/{one.pk}?view={self.look.view}",
            kinds=f"{unread}{taken}{' row--open' if here else ''}",
            is_here=here,
            channel=channel_mark(one.inbox.kind),
            name=str(one.customer),
            time=_time(one, self.now),
            subject=one.subject or self.no_subject,
            draft=self.draft if one.has_draft else self.nothing,
            preview=one.preview,
            marks=_marks(one, self.now) + self.face(one),
            quick=self.quick if one.is_open else self.nothing,
        )

    def face(self, one: Conversation) -> SafeString:
        key = one.assignee_id
        if key not in self.faces:
            title = _("To be taken") if key is None else ""
            self.faces[key] = face(one.assignee, me=self.look.agent, size="small", title=title)
        return self.faces[key]


QUICK = """<button type="button" class="button button--quiet button--icon button--small" \
data-do="{}" title="{}" aria-label="{}">{}</button>"""


def quick_buttons() -> SafeString:
    """What one does without opening: take, put off until tomorrow, solve. `data-do` is the state it makes."""
    buttons = (
        ("assignee", _("Take"), "hand"),
        ("snooze", _("Put off until tomorrow"), "alarm-clock-plus"),
        ("closure", _("Solve"), "check"),
    )
    drawn = (format_html(QUICK, do, title, title, svg(icon)) for do, title, icon in buttons)
    return format_html('<span class="row__quick">{}</span>', mark_safe("".join(drawn)))


CHANNEL = '<span class="row__channel" title="{}">{}<span class="sr">{}</span></span>'
_channel_marks: dict[tuple[str, str], SafeString] = {}


def channel_mark(kind: str) -> SafeString:
    """The icon of a channel, with its name for who points or listens."""
    channel = channels().get(kind, Channel)
    label = str(channel.label)
    if (kind, label) not in _channel_marks:
        _channel_marks[kind, label] = format_html(CHANNEL, label, svg(channel.icon), label)
    return _channel_marks[kind, label]


def _time(one: Conversation, now: datetime) -> SafeString:
    if one.waiting_since is None:
        said = formats.moment(one.last_message_at, now)
        return format_html('<span class="row__time" title="{}">{}</span>', _("The last word"), said)
    waited = formats.lapse(now - one.waiting_since)
    return format_html(
        '<span class="row__time{}" title="{}" data-since="{}">{}</span>',
        " is-late" if now - one.waiting_since > LONG else "",
        _("Waiting for %(time)s") % {"time": waited},
        one.waiting_since.isoformat(),
        waited,
    )


def _marks(one: Conversation, now: datetime) -> SafeString:
    return mark_safe("".join(_each_mark(one, now)))


def _each_mark(one: Conversation, now: datetime) -> Iterator[SafeString]:
    if one.failed:
        yield format_html('<span class="is-late">{}</span>', svg("circle-alert", "small", _("A message did not leave")))
    if one.snoozed_until:
        until = formats.moment(one.snoozed_until, now)
        yield svg("alarm-clock-check", "small", _("Snoozed until %(time)s") % {"time": until})
    if one.priority > 2:
        yield format_html('<span class="is-soon">{}</span>', svg("flag", "small", one.get_priority_display()))
