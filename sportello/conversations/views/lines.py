"""The thread as it is shown: days, messages and events, each ready to be drawn."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sportello.channels.base import Channel
from sportello.channels.registry import channels
from sportello.lib.own_html import own_html
from sportello.ui import formats

from ..models import Attachment, Message, Sending
from ..queries import Entry
from .telling import told

# A message longer than this is cut on the thread; the whole of it is one click away.
LONGEST = 20_000
PARAGRAPHS = re.compile(r"\n{2,}")
REMOTE_IMAGE = re.compile(r"<img[^>]+src=[\"']?https?:", re.IGNORECASE)
State = Sending.State


def words_as_html(text: str) -> SafeString:
    """Plain text with its paragraphs, line breaks and links; nothing in it is taken for HTML."""
    paragraphs = (part for part in PARAGRAPHS.split(text.strip()) if part.strip())
    linked = (urlize(part, nofollow=True, autoescape=True).replace("\n", "<br>") for part in paragraphs)
    html = "".join(f"<p>{part}</p>" for part in linked)
    return SafeString(html.replace("<a ", '<a target="_blank" '))


@dataclass(frozen=True)
class Day:
    """The line between two days."""

    kind: ClassVar[str] = "day"
    day: date
    words: str


@dataclass(frozen=True)
class Happening:
    """Something that happened without anyone speaking."""

    kind: ClassVar[str] = "happening"
    pk: int
    icon: str
    words: SafeString
    clock: str
    when: str


class Said:
    """A message, with the questions its fragment asks."""

    kind = "said"

    def __init__(self, message: Message, agent: Any):
        self.message = message
        self.agent = agent
        self.pk = message.pk
        self.clock = formats.clock(message.created_at)
        self.when = formats.full(message.created_at)

    @property
    def is_note(self) -> bool:
        return self.message.kind == Message.Kind.NOTE

    @property
    def is_ours(self) -> bool:
        return self.message.kind == Message.Kind.OUT

    @property
    def is_bounce(self) -> bool:
        return bool(self.message.bounce)

    @cached_property
    def author(self) -> Any:
        """Whose face stands beside it."""
        if self.message.author:
            return self.message.author
        return self.message.identity.customer if self.message.identity else None

    @cached_property
    def name(self) -> str:
        """Who speaks: our people by their name, others as they call themselves in this very message."""
        if self.message.author:
            return self.message.author.name
        sender = self.message.parties.get("from") or {}
        return sender.get("name") or str(self.author or "") or sender.get("address", "")

    @property
    def address(self) -> str:
        return (self.message.parties.get("from") or {}).get("address", "")

    @cached_property
    def _channel(self) -> type[Channel]:
        return channels().get(self.message.inbox.kind, Channel)

    @property
    def channel_icon(self) -> str:
        return self._channel.icon

    @property
    def channel_label(self) -> str:
        return str(self._channel.label)

    @cached_property
    def body(self) -> SafeString:
        """What was written now. Ours with its formatting, everybody else's as plain words."""
        if self.message.author and self.message.html:
            return SafeString(own_html(self.message.html))
        return words_as_html(self.message.text[:LONGEST])

    @property
    def is_cut(self) -> bool:
        return len(self.message.text) > LONGEST

    @cached_property
    def quoted(self) -> SafeString:
        return words_as_html(self.message.quoted[:LONGEST])

    @property
    def quoted_lines(self) -> int:
        return self.message.quoted.strip().count("\n") + 1

    @property
    def has_original(self) -> bool:
        """Whether it came with a look of its own."""
        return bool(self.message.html) and not self.message.author

    @cached_property
    def has_remote_images(self) -> bool:
        return self.has_original and bool(REMOTE_IMAGE.search(self.message.html))

    @cached_property
    def files(self) -> list[Attachment]:
        """Attachments to show below; pictures that stand in our own words are seen there already."""
        shown = self.message.attachments.all()
        return [file for file in shown if not (file.inline and self.message.author)]

    @cached_property
    def sending(self) -> Sending | None:
        return getattr(self.message, "sending", None)

    @property
    def state(self) -> str:
        return self.sending.state if self.sending else ""

    @property
    def in_trouble(self) -> bool:
        return self.state in (State.FAILED, State.UNKNOWN)

    @property
    def seconds_left(self) -> int:
        """How long it can still be taken back."""
        if self.sending is None or self.state != State.QUEUED or self.sending.attempts:
            return 0
        return max(0, int((self.sending.due_at - timezone.now()).total_seconds()))

    @cached_property
    def others(self) -> list[tuple[str, str]]:
        """Who else could read it: ("Cc", "Marco Gallo, …")."""
        parties = self.message.parties
        headings = (("to", _("To")), ("cc", _("Cc")), ("bcc", _("Bcc")))
        shown = headings if self.is_ours else headings[1:2]
        return [(label, _names(parties[key])) for key, label in shown if parties.get(key)]


def _names(parties: Iterable[dict[str, str]]) -> str:
    return ", ".join(party.get("name") or party["address"] for party in parties)


Line = Day | Happening | Said


def lines(entries: Iterable[Entry], agent: Any) -> Iterator[Line]:
    """Turn what happened into what is drawn, with a line wherever a new day begins."""
    now = timezone.now()
    today: date | None = None
    for entry in entries:
        day = timezone.localtime(entry.at).date()
        if day != today:
            today = day
            yield Day(day, formats.day(day, now))
        yield line(entry, agent)


def line(entry: Entry, agent: Any) -> Happening | Said:
    if entry.message:
        return Said(entry.message, agent)
    if not entry.event:
        raise ValueError("An entry is a message or an event.")
    icon, words = told(entry.event)
    return Happening(entry.event.pk, icon, words, formats.clock(entry.at), formats.full(entry.at))


def plain_html(text: str) -> str:
    """What was typed where there is no editor, as HTML."""
    return "".join(f"<p>{escape(part)}</p>" for part in text.splitlines() if part.strip())
