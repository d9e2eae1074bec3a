"""What waits in quarantine, and what can be said of bytes that nobody could read."""

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_string
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from django.db.models import BinaryField, Count, QuerySet
from django.db.models.functions import Substr

from .models import Delivery
from .storing import delivery_beginning

PAGE = 25
MOST_REASONS = 12
# The head of a mail begins with the ways it went; who and what about often stand some kilobytes below.
PEEK = 8 * 1024
LONGEST_WORDS = 200
# Of a text that somebody sent to do harm: what would move the cursor or turn the direction of reading is shown as a
# sign of its own.
ORDINARY = {ord("\n"), ord("\t")}
SIGNS = {code: 0x2400 + code for code in range(32) if code not in ORDINARY}
SIGNS |= {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


@dataclass(frozen=True)
class Peek:
    """Who seems to have sent it and what about: not checked, "" where nothing of the kind is there."""

    sender: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Page:
    """Some deliveries, newest first, each with a peek at it, and the id to go on from (None at the end)."""

    rows: Sequence[tuple[Delivery, Peek]]
    older: int | None


def page(*, state: str, reason: str = "", before: int | None = None) -> Page:
    """Return one page of those in this state, of all reasons or of one."""
    found: QuerySet[Delivery] = Delivery.objects.filter(state=state)
    if reason:
        found = found.filter(reason=reason)
    if before:
        found = found.filter(pk__lt=before)
    # Of the bodies only the beginning: a page of large ones would be a large page.
    begun = found.annotate(beginning=Substr("body", 1, PEEK, output_field=BinaryField())).defer("body")
    waiting = list(begun.select_related("inbox").order_by("-pk")[: PAGE + 1])
    shown = waiting[:PAGE]
    rows = [(delivery, peek(_beginning(delivery))) for delivery in shown]
    return Page(rows, shown[-1].pk if len(waiting) > PAGE else None)


def reasons() -> list[tuple[str, int]]:
    """Return why deliveries are in quarantine and how many for each reason, the most frequent ones first."""
    waiting = Delivery.objects.filter(state=Delivery.State.QUARANTINED)
    counted = waiting.values("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    return list(counted.values_list("reason", "count")[:MOST_REASONS])


def _beginning(delivery) -> bytes:
    if not delivery.path:
        return bytes(delivery.beginning or b"")
    try:
        return delivery_beginning(delivery, PEEK)
    except OSError:
        return b""


def peek(beginning: bytes) -> Peek:
    """Look at the head of what may be a mail. Whatever it is, this raises nothing."""
    try:
        mail = message_from_string(beginning.decode("utf-8", errors="replace"))
        return Peek(_words(mail, "From").replace('"', ""), _words(mail, "Subject"))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError):
        return Peek()


def _words(mail: Message, name: str) -> str:
    raw = str(mail.get(name, ""))
    try:
        words = str(make_header(decode_header(raw)))
    except (MessageError, ValueError, LookupError):
        words = raw
    printable = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(printable.split())[:LONGEST_WORDS]


def shown(beginning: bytes) -> str:
    """Return bytes as text to be looked at: what is no text is written out, nothing in it does anything."""
    text = beginning.decode("utf-8", errors="backslashreplace").replace("\r\n", "\n")
    return text.translate(SIGNS)
