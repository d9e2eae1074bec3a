"""Mails out of an open folder: in portions that fit in memory, and none of them able to stop those behind it."""

import hashlib
import imaplib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from .. import base
from .server import words_of
from .wire import Mailbox

MIB = 1024 * 1024
# A mail larger than this is not taken: its beginning is, with the reason, into quarantine.
LARGEST = 60 * MIB
BEGINNING = 256 * 1024
# A portion: so many bytes and mails are held in memory at once.
BUDGET = 4 * MIB
MOST = 50
AT_ONCE = 500
# How often a server may hang up over one and the same mail before we go on without it.
PATIENCE = 3
MOST_SKIPPED = 50
UID = re.compile(rb"\bUID (\d+)")


@dataclass
class Troubles:
    """What is remembered of a folder from one line to the next."""

    # The server hung up while giving one of these: they are asked for one by one.
    suspects: set[int] = field(default_factory=set)
    deaths: Counter[int] = field(default_factory=Counter)
    # What the server said when it refused the last thing.
    words: str = ""

    def hung_up(self, uids: list[int]) -> None:
        """The line broke while these were asked for."""
        self.suspects.update(uids)
        if len(uids) == 1:
            self.deaths[uids[0]] += 1

    def passed(self, uids: list[int]) -> None:
        """These are behind us."""
        self.suspects.difference_update(uids)
        for uid in uids:
            del self.deaths[uid]


def read(box: Mailbox, uids: list[int], cursor: Mapping[str, Any], troubles: Troubles) -> Iterator[base.Batch]:
    """Yield these mails and the cursor after each portion of them; raise what imaplib raises."""
    skipped = list(cursor.get("skipped", ()))
    for start in range(0, len(uids), AT_ONCE):
        lines = ask(box, uids[start : start + AT_ONCE], "RFC822.SIZE")
        sizes = {uid: _size(line) for uid, line in lines.items()}
        for portion in portions(sizes, alone=troubles.suspects):
            mails = _portion(box, portion, sizes, cursor, troubles)
            troubles.passed(portion)
            skipped += [uid for uid, mail in mails.items() if mail.key.startswith("unreadable:")]
            cursor = {**cursor, "uid": portion[-1], "skipped": skipped[-MOST_SKIPPED:]}
            yield base.Batch(tuple(mails.values()), cursor)


def again(box: Mailbox, cursor: Mapping[str, Any], troubles: Troubles) -> Iterator[base.Batch]:
    """Ask once more for what the server could not give some time ago."""
    for uid in cursor.get("skipped", ()):
        if body := _bodies(box, [uid], troubles).get(uid):
            cursor = {**cursor, "skipped": [other for other in cursor["skipped"] if other != uid]}
            yield base.Batch((whole(body),), cursor)


def portions(sizes: Mapping[int, int], *, alone: set[int]) -> Iterator[list[int]]:
    """Split UIDs, in order, into portions; what is too large and those in `alone` are one each."""
    portion: list[int] = []
    weight = 0
    for uid, size in sorted(sizes.items()):
        by_itself = uid in alone or size > LARGEST
        if portion and (by_itself or weight + size > BUDGET or len(portion) == MOST):
            yield portion
            portion, weight = [], 0
        portion.append(uid)
        weight += size
        if by_itself:
            yield portion
            portion, weight = [], 0
    if portion:
        yield portion


def ask(box: Mailbox, uids: Iterable[int], what: str) -> dict[int, bytes]:
    """Return one small thing about each of these mails, as the server writes it; what it does not have is left out."""
    __, answer = box.client.uid("FETCH", ",".join(map(str, uids)), f"(UID {what})")
    lines = [line for line in answer if isinstance(line, bytes) and what.encode() in line.upper()]
    return {int(uid[1]): line for line in lines if (uid := UID.search(line))}


def given(items: list) -> dict[int, bytes]:
    """Return the bodies by UID in what imaplib makes of a FETCH; some servers tell the UID after the body."""
    found = {}
    for item, after in zip_longest(items, items[1:]):
        if isinstance(item, tuple) and b"BODY[" in item[0].upper():
            around = item[0] + (after if isinstance(after, bytes) else b"")
            if uid := UID.search(around):
                found[int(uid[1])] = item[1]
    return found


def whole(body: bytes) -> base.Fetched:
    """A mail that came whole. Its key is its content: the same whatever the folder numbers it, and whoever gives it."""
    return base.Fetched(key=hashlib.sha256(body).hexdigest(), body=body)


def _portion(
    box: Mailbox, portion: list[int], sizes: Mapping[int, int], cursor: Mapping[str, Any], troubles: Troubles
) -> dict[int, base.Fetched]:
    """The mails of one portion; those deleted meanwhile are left out."""
    if sizes[portion[0]] > LARGEST:
        return {portion[0]: _beginning(box, portion[0], sizes[portion[0]], troubles)}
    mails = {uid: whole(body) for uid, body in _bodies(box, portion, troubles).items() if uid in portion and body}
    for uid in portion:
        if uid not in mails and (difficult := _difficult(box, uid, cursor, troubles)):
            mails[uid] = difficult
    return dict(sorted(mails.items()))


def _bodies(box: Mailbox, uids: list[int], troubles: Troubles, part: str = "BODY.PEEK[]") -> dict[int, bytes]:
    if troubles.deaths[uids[0]] >= PATIENCE:
        return {}
    try:
        state, answer = box.client.uid("FETCH", ",".join(map(str, uids)), f"(UID {part})")
    except (imaplib.IMAP4.abort, OSError):
        troubles.hung_up(uids)
        raise
    except imaplib.IMAP4.error as error:
        state, answer = "BAD", [str(error).encode()]
    if state == "OK":
        return given(answer)
    troubles.words = words_of(answer)
    # What was given before the refusal still lies there.
    return given(box.client.untagged_responses.pop("FETCH", []))


def _difficult(box: Mailbox, uid: int, cursor: Mapping[str, Any], troubles: Troubles) -> base.Fetched | None:
    """A mail that did not come with the others: alone, or its headers with the reason, or None if it is gone."""
    if troubles.deaths[uid] >= PATIENCE:
        return _unreadable(uid, cursor, b"", _("the server hangs up"))
    troubles.words = ""
    if body := _bodies(box, [uid], troubles).get(uid):
        return whole(body)
    words = troubles.words
    if uid not in ask(box, [uid], "RFC822.SIZE"):
        return None
    head = _bodies(box, [uid], troubles, "BODY.PEEK[HEADER]").get(uid, b"")
    return _unreadable(uid, cursor, head, words or _("the server gives nothing"))


def _unreadable(uid: int, cursor: Mapping[str, Any], head: bytes, words: str) -> base.Fetched:
    place = f"{cursor['source']} {cursor['uidvalidity']} {uid}"
    return base.Fetched(
        key=f"unreadable:{hashlib.sha256(place.encode()).hexdigest()}",
        body=head or f"Comments: UID {uid}\r\n\r\n".encode(),
        reason=_(
            "The server could not give this mail (number {uid} of the folder): {words}. It is asked again."
        ).format(uid=uid, words=words),
    )


def _beginning(box: Mailbox, uid: int, size: int, troubles: Troubles) -> base.Fetched:
    start = _bodies(box, [uid], troubles, f"BODY.PEEK[]<0.{BEGINNING}>").get(uid, b"")
    return base.Fetched(
        key=f"beginning:{hashlib.sha256(start).hexdigest()}",
        body=start or f"Comments: UID {uid}\r\n\r\n".encode(),
        reason=_("This mail is of {size} MB, more than the {most} that are taken: this is its beginning.").format(
            size=size // MIB, most=LARGEST // MIB
        ),
    )


def _size(line: bytes) -> int:
    found = re.search(rb"RFC822\.SIZE (\d+)", line, re.IGNORECASE)
    return int(found[1]) if found else 0
