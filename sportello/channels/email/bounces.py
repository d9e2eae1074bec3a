"""Recognise the report that a message of ours did not arrive: the standard ones (RFC 3464) and the home-made.

`permanent` is class 5. `dead` is narrower: the address itself is no good. A full mailbox or a refusal as spam are
permanent for this message, and say nothing about the address.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes

from flufl.bounce import all_failures

from ..base import Bounce
from . import addresses, charsets, headers, ids, mime, transfer
from . import bounce_words as words
from .headers import Headers
from .limits import MAX_REPORT
from .mime import Part

# It tells the world about every report that breaks one of its detectors.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

LONGEST_REASON = 400
STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status"}
COPIES = {
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
}
RECEIPT_ACTIONS = {"delivered", "relayed", "expanded", "success"}


@dataclass(frozen=True, slots=True)
class _Report:
    """What a report says about one recipient."""

    recipient: str
    action: str
    status: str
    diagnosis: str


@dataclass(frozen=True, slots=True)
class Mail:
    """What is known of the mail that may be a report."""

    root: Part
    sender: str
    name: str
    subject: str
    text: str


def find(mail: Mail) -> Bounce | None:
    """Return the failure that this mail reports, or None: also for receipts, and for people forwarding a failure."""
    reports = _reports(mail.root)
    if reports is not None:
        return _standard(mail, reports)
    return _home_made(mail) if _looks_like_one(mail) else None


def _looks_like_one(mail: Mail) -> bool:
    """A machine sent it and speaks of delivery. A person who forwards a failure writes from an address of their own."""
    fields = mail.root.headers
    if "x-failed-recipients" in fields:
        return True
    if words.SENDERS.match(mail.sender) or _is_system(mail):
        return _is_named(mail) or (_speaks_of_it(mail) and _tells(mail.text))
    if not any(value.strip() == b"<>" for value in fields.all("return-path")):
        return False
    answered = fields.plain("auto-submitted").lower().startswith("auto-replied")
    return not answered and _is_named(mail) and _speaks_of_it(mail)


def _is_named(mail: Mail) -> bool:
    return bool(words.SUBJECT.search(mail.subject))


def _speaks_of_it(mail: Mail) -> bool:
    return bool(words.FAILED_WORDS.search(mail.text[:3000]))


def _is_system(mail: Mail) -> bool:
    """A name like "Mail Delivery System", when nothing shows that a person answers with it."""
    return bool(words.SENDER_NAMES.search(mail.name)) and "user-agent" not in mail.root.headers


def walk(part: Part, depth: int = 0) -> Iterator[Part]:
    """Yield the first parts of a mail, not deep: where reports keep what they tell."""
    yield part
    for child in part.children[:20] if depth < 4 else ():
        yield from walk(child, depth + 1)


def _content(part: Part) -> bytes:
    return transfer.decode(part, set())[:MAX_REPORT]


def _reports(root: Part) -> list[_Report] | None:
    """The recipients told by a delivery-status part, or None when there is no such part."""
    status = next((part for part in walk(root) if part.kind in STATUS_PARTS), None)
    if status is None:
        return None
    content = _content(status).replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip()
    blocks = re.split(rb"\n[ \t]*\n", content)[:200]
    return [report for block in blocks if (report := _report(headers.parse(block)))]


def _report(fields: Headers) -> _Report | None:
    if not any(name in fields for name in ("final-recipient", "original-recipient", "action", "status")):
        return None
    status = words.STATUS.search(fields.plain("status"))
    reason = charsets.one_line(fields.text("diagnostic-code"), LONGEST_REASON)
    return _Report(
        recipient=_recipient(fields),
        action=fields.plain("action").lower().split(" ")[0].strip(";"),
        status=status[1] if status else "",
        diagnosis=words.PROTOCOL.sub("", reason),
    )


def _recipient(fields: Headers) -> str:
    """The address that we wrote to, when the report tells it; else the one where it failed."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        address = addresses.normalised(fields.text(name).split(";", 1)[-1])
        if address:
            return address
    return ""


def _standard(mail: Mail, reports: list[_Report]) -> Bounce | None:
    failed = [one for one in reports if one.action == "failed" or (not one.action and one.status[:1] in ("4", "5"))]
    delayed = [one for one in reports if one.action == "delayed"]
    if not failed and not delayed:
        # Delivered, relayed, expanded: a receipt. A report that says nothing at all is judged by its text.
        silent = not any(one.action in RECEIPT_ACTIONS or one.status.startswith("2") for one in reports)
        return _home_made(mail) if silent else None
    one = (failed or delayed)[0]
    recipient = one.recipient or _failed_recipient(mail.root, mail.text)
    said = one.diagnosis or _near(mail.text, recipient)
    status = one.status or _status_in(said) or ("5.0.0" if failed else "4.0.0")
    return _bounce(mail, recipient, status, said, permanent=bool(failed) and status.startswith("5"))


def _bounce(mail: Mail, recipient: str, status: str, said: str, *, permanent: bool) -> Bounce:
    said = said or charsets.one_line(_own_words(mail.text), LONGEST_REASON)
    return Bounce(
        recipient=recipient,
        status=status,
        permanent=permanent,
        dead=permanent and _is_dead(status, said),
        reason=said or status,
        original_id=_original_id(mail.root, mail.text),
    )


def _is_dead(status: str, said: str) -> bool:
    """The code when it is clear; else what the server said, unless it spoke of us, of the content or of space."""
    if status in words.DEAD_STATUS:
        return True
    if not words.UNCLEAR_STATUS.match(status):
        return False
    clear = [code for code in words.STATUS.findall(said) if not words.UNCLEAR_STATUS.match(code)]
    if clear:
        return clear[0] in words.DEAD_STATUS
    return bool(words.UNKNOWN.search(said)) and not words.NOT_THE_ADDRESS.search(said)


def _status_in(said: str) -> str:
    """An enhanced code in the text; else one made from a plain reply code and the words beside it."""
    if found := words.STATUS.search(said):
        return found[1]
    code = words.REPLY_CODE.search(said)
    return _guessed_status(said, permanent=code[1].startswith("5")) if code else ""


def _guessed_status(said: str, *, permanent: bool) -> str:
    """No enhanced code anywhere: what the words mean."""
    if not permanent:
        return "4.2.2" if words.FULL.search(said) else "4.0.0"
    if words.UNKNOWN.search(said) and not words.NOT_THE_ADDRESS.search(said):
        return "5.1.1"
    if words.REFUSED.search(said):
        return "5.7.1"
    return "5.2.2" if words.FULL.search(said) else "5.0.0"


def _own_words(text: str) -> str:
    """What the reporting server wrote, without the copy of our message below."""
    copy = words.COPY_BELOW.search(text)
    return text[: copy.start()] if copy and copy.start() > 20 else text


def _home_made(mail: Mail) -> Bounce | None:
    said = _own_words(mail.text[:MAX_REPORT])
    recipient = _failed_recipient(mail.root, said)
    if not recipient:
        return None
    about = _near(said, recipient) or charsets.one_line(said, LONGEST_REASON)
    delayed = bool(words.DELAYED.search(mail.subject)) or (
        bool(words.DELAYED.search(said)) and not words.GIVEN_UP.search(said)
    )
    status = _status_in(about) or _status_in(said) or _guessed_status(about, permanent=not delayed)
    return _bounce(mail, recipient, status, about, permanent=status.startswith("5") and not delayed)


def _failed_recipient(root: Part, text: str) -> str:
    """Whom we wrote to: told in a header, found by flufl.bounce, the first stranger in the text, or in the copy."""
    told = addresses.parties(root.headers, "x-failed-recipients")
    if told and told[0].address:
        return told[0].address
    return _by_library(root) or _first_stranger(root, text) or _to_of_copy(root)


def _first_stranger(root: Part, text: str) -> str:
    ours = {party.address for name in ("to", "from", "delivered-to") for party in addresses.parties(root.headers, name)}
    for one in words.IN_TEXT.findall(text[:20_000]):
        address = addresses.normalised(one)
        if address and address not in ours and not words.SENDERS.match(address):
            return address
    return ""


def _copy(root: Part) -> Headers | None:
    """The headers of our message, when the report encloses it."""
    part = next((part for part in walk(root) if part.kind in COPIES), None)
    if part is None:
        return None
    content = _content(part)
    end = mime.END_OF_HEADERS.search(content)
    return headers.parse(content[: end.start()] if end else content)


def _to_of_copy(root: Part) -> str:
    copy = _copy(root)
    return next((party.address for party in addresses.parties(copy, "to") if party.address), "") if copy else ""


def _by_library(root: Part) -> str:
    """flufl.bounce knows the habits of seventeen servers, and trusts its input."""
    try:
        temporary, permanent = all_failures(message_from_bytes(root.data[:MAX_REPORT]))
    except Exception:  # a damaged report may break any of its detectors; then it found nothing
        return ""
    found = sorted(permanent or temporary)
    return addresses.normalised(found[0].decode("ascii", "ignore")) if found else ""


def _near(text: str, recipient: str) -> str:
    """What is said about this recipient: the first telling paragraph from its address on."""
    at = text.lower().find(recipient) if recipient else -1
    if at < 0:
        return ""
    below = _own_words(text)[at + len(recipient) : at + len(recipient) + 3000]
    paragraphs = [one for one in re.split(r"\n\s*\n", below) if one.strip(" \t\n>:")]
    telling = next((one for one in paragraphs if _tells(one)), paragraphs[0] if paragraphs else "")
    said = re.sub(rf"^[>\s:,)]*(?:<?{re.escape(recipient)}[>\s:,)]+)?", "", telling, flags=re.IGNORECASE)
    return charsets.one_line(said, LONGEST_REASON)


def _tells(paragraph: str) -> bool:
    return any(pattern.search(paragraph) for pattern in (words.STATUS, words.REPLY_CODE, words.UNKNOWN))


def _original_id(root: Part, text: str) -> str:
    """The Message-ID of what failed: in the copy of it, in the text, or what the report answers to."""
    copy = _copy(root)
    if copy and (found := ids.own(copy.plain("message-id"))):
        return found
    if match := words.ORIGINAL_ID.search(text):
        return match[1]
    answered = ids.all_in(root.headers.plain("in-reply-to")) or ids.all_in(root.headers.plain("references"))
    return answered[-1] if answered else ids.own(root.headers.plain("x-original-message-id"))
