"""A conversation as a row of the list. A page of fifty is drawn all day long, so a row is one format of strings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sportello.agents.models import Agent
from sportello.channels.base import Channel
from sportello.channels.registry import channels
from sportello.ui import formats
from sportello.ui.templatetags.ui import face, svg

from ..listing import Listed
from ..models import Priority

LONG = timedelta(days=1)

ROW = """<article class="row{kinds}" id="row-{pk}">{channel}\
<a class="row__name" href="/conversations/{pk}?view={view}"{here}><span class="cut">{name}</span></a>\
<span class="row__time{late}" title="{title}"{since}>{time}</span>\
<span class="row__subject cut">{subject}</span><span class="row__fuse"></span>\
<span class="row__preview cut">{draft}{preview}</span><span class="row__marks">{marks}{face}</span>{quick}</article>
"""
CHANNEL = '<span class="row__channel" title="{}">{}<span class="sr">{}</span></span>'
QUICK = """<button type="button" class="button button--quiet button--icon button--small" \
data-do="{}" title="{}" aria-label="{}">{}</button>"""


@dataclass(frozen=True)
class Rows:
    """Rows, drawn, under one heading; without a label they stand without one."""

    kind: str = ""
    label: str = ""
    icon: str = ""
    tone: str = ""
    rows: Sequence[SafeString] = ()


@dataclass(frozen=True)
class Look:
    """For whom a list is drawn, and which of its conversations is open."""

    agent: Any
    view: str
    by_waiting: bool
    open_pk: int = 0


def grouped(conversations: Iterable[Listed], look: Look) -> list[Rows]:
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


def _kind(one: Listed, now: datetime) -> str:
    if one.waiting_since is None:
        return "theirs"
    return "long" if now - one.waiting_since > LONG else "waiting"


class _Drawing:
    """What is the same on every row of a page is made once."""

    def __init__(self, look: Look):
        self.look = look
        self.now = timezone.now()
        self.faces: dict[int | None, SafeString] = {}
        self.channels: dict[str, SafeString] = {}
        self.flags: dict[int, SafeString] = {}
        self.draft = format_html('<span class="row__draft">{}</span> ', _("Draft"))
        self.no_subject = _("No subject")
        self.waiting = _("Waiting for %(time)s")
        self.last_word = _("The last word")
        self.quick = "" if look.agent.is_guest else quick_buttons()

    def row(self, one: Listed) -> SafeString:
        here = one.pk == self.look.open_pk
        return mark_safe(
            ROW.format(
                pk=one.pk,
                view=self.look.view,
                kinds=_kinds(one, here=here),
                here=' aria-current="true"' if here else "",
                channel=self.channel(one.kind),
                name=escape(one.customer_name or f"#{one.customer_id}"),
                subject=escape(one.subject or self.no_subject),
                draft=self.draft if one.has_draft else "",
                preview=escape(one.preview),
                marks="".join(self.marks(one)),
                face=self.face(one),
                quick=self.quick if one.is_open else "",
                **self.time(one),
            )
        )

    def time(self, one: Listed) -> dict[str, str]:
        """How long they have waited; when it is their turn, when the last word was said."""
        if one.waiting_since is None:
            said = formats.moment(one.last_message_at, self.now)
            return {"late": "", "title": self.last_word, "since": "", "time": said}
        waited = self.now - one.waiting_since
        words = formats.lapse(waited)
        return {
            "late": " is-late" if waited > LONG else "",
            "title": self.waiting % {"time": words},
            "since": f' data-since="{one.waiting_since.isoformat()}"',
            "time": words,
        }

    def face(self, one: Listed) -> SafeString:
        key = one.assignee_id
        if key not in self.faces:
            person = Agent(pk=key, name=one.assignee_name or "") if key else None
            title = "" if key else _("To be taken")
            self.faces[key] = face(person, me=self.look.agent, size="small", title=title)
        return self.faces[key]

    def channel(self, kind: str) -> SafeString:
        if kind not in self.channels:
            self.channels[kind] = channel_mark(kind)
        return self.channels[kind]

    def marks(self, one: Listed) -> Iterator[SafeString]:
        if one.failed:
            yield mark("circle-alert", _("A message did not leave"), "is-late")
        if one.snoozed_until:
            until = formats.moment(one.snoozed_until, self.now)
            yield svg("alarm-clock-check", "small", _("Snoozed until %(time)s") % {"time": until})
        if one.priority > Priority.NORMAL:
            yield self.flag(one.priority)

    def flag(self, priority: int) -> SafeString:
        if priority not in self.flags:
            self.flags[priority] = mark("flag", str(Priority(priority).label), "is-soon")
        return self.flags[priority]


def mark(icon: str, label: str, tone: str) -> SafeString:
    return format_html('<span class="{}">{}</span>', tone, svg(icon, "small", label))


def _kinds(one: Listed, *, here: bool) -> str:
    """The CSS classes beside `row`, each after a space."""
    unread = " row--unread" if one.unread else ""
    taken = " row--taken" if one.assignee_id else ""
    return f"{unread}{taken}{' row--open' if here else ''}"


def quick_buttons() -> SafeString:
    """What one does without opening: take, put off until tomorrow, solve. `data-do` is the state it makes."""
    buttons = (
        ("assignee", _("Take"), "hand"),
        ("snooze", _("Put off until tomorrow"), "alarm-clock-plus"),
        ("closure", _("Solve"), "check"),
    )
    drawn = (format_html(QUICK, do, title, title, svg(icon)) for do, title, icon in buttons)
    return format_html('<span class="row__quick">{}</span>', mark_safe("".join(drawn)))


def channel_mark(kind: str) -> SafeString:
    """The icon of a channel, with its name for who points or listens."""
    channel = channels().get(kind, Channel)
    return format_html(CHANNEL, channel.label, svg(channel.icon), channel.label)
