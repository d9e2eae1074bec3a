"""One raw mail to an `Inbound`. Pure: no database, no network, no clock; the same bytes give the same answer."""

from dataclasses import replace
from datetime import datetime, timedelta

from sportello.lib import html as html_tools
from sportello.lib import language

from ..base import Bounce, Inbound, Party, Unreadable
from . import (
    addresses,
    auto,
    body,
    bounces,
    charsets,
    dates,
    headers,
    ids,
    mime,
    parts,
    pec,
    problems,
    quotes,
    transfer,
)
from .folding import Folded
from .limits import MAX_HTML, MAX_SUBJECT, MAX_TEXT
from .mime import Part
from .parts import Body, Contents

A_DAY = timedelta(days=1)


def parse(data: bytes) -> Inbound:
    """Understand one mail; raise `Unreadable` only when there is nothing in it at all."""
    if not data.strip(b" \t\r\n\x00"):
        raise Unreadable(problems.EMPTY)
    found: set[str] = set()
    root = mime.read(data, found)
    inbound = _inbound(root, found)
    enclosed = pec.enclosed(root)
    return _opened(inbound, enclosed) if enclosed else inbound


def _inbound(root: Part, found: set[str]) -> Inbound:
    contents = parts.gather(root, found)
    subject = charsets.one_line(root.headers.text("subject", contents.hint), MAX_SUBJECT)
    folded = _folded(contents, bool(quotes.FORWARD_SUBJECT.match(subject)))
    sender = _sender(root, contents.hint, found)
    failure = pec.bounce(root) or bounces.find(bounces.Mail(root, sender.address, sender.name, subject, folded.text))
    if not folded.text and not contents.files:
        found.add(problems.EMPTY)
    inbound = Inbound(
        external_id=_own_id(root, found),
        sender=sender,
        subject=subject,
        text=folded.text,
        reply_text=folded.reply,
        quoted_text=folded.quoted,
        html=_html(contents),
        files=tuple(contents.files),
        sent_at=_sent_at(root, found),
        from_list=auto.from_list(root.headers),
        spam=auto.is_spam(root.headers),
        auto_reply=_is_auto(root, failure, sender, subject, folded.text),
        bounce=failure,
        language=language.guess(folded.reply) or language.guess(folded.text),
    )
    return _addressed(inbound, root.headers, contents.hint, found)


def _addressed(inbound: Inbound, fields: headers.Headers, hint: str, found: set[str]) -> Inbound:
    """Add who else got it, what it answers, and what was wrong with it."""
    answered = ids.all_in(fields.plain("in-reply-to"))
    return replace(
        inbound,
        to=tuple(addresses.parties(fields, "to", hint)),
        cc=tuple(addresses.parties(fields, "cc", hint)),
        reply_to=tuple(party for party in addresses.parties(fields, "reply-to", hint) if party.address),
        in_reply_to=answered[0] if answered else "",
        references=tuple(ids.all_in(fields.plain("references"))),
        problems=tuple(sorted(found)),
    )


def _folded(contents: Contents, forwards: bool) -> Folded:
    """The text of the mail, cut at a length that a person may still read."""
    bodies = [Body(_cut(one.text, contents.found), _cut(one.html, contents.found, MAX_HTML)) for one in contents.bodies]
    folded = body.read(bodies, forwards)
    if len(folded.text) <= MAX_TEXT:
        return folded
    contents.found.add(problems.TEXT_CUT)
    return Folded(folded.text[:MAX_TEXT], folded.reply[:MAX_TEXT], folded.quoted[:MAX_TEXT])


def _cut(text: str | None, found: set[str], longest: int = MAX_TEXT) -> str | None:
    if text is not None and len(text) > longest:
        found.add(problems.TEXT_CUT)
        return text[:longest]
    return text


def _html(contents: Contents) -> str:
    """All texts as clean HTML when one of them was HTML; "" when the mail is plain text."""
    if not any(one.html for one in contents.bodies):
        return ""
    pieces = [
        html_tools.sanitise(one.html) if one.html else html_tools.from_text(one.text) if one.text else ""
        for one in contents.bodies
    ]
    return "\n".join(piece for piece in pieces if piece)


def _sender(root: Part, hint: str, found: set[str]) -> Party:
    """From; else whoever else may be meant. Never nobody without saying so."""
    written = addresses.parties(root.headers, "from", hint)
    senders = [party for party in written if party.address]
    if len(senders) > 1:
        found.add(problems.TWO_SENDERS)
    if senders:
        return senders[0]
    found.add(problems.BAD_SENDER if written else problems.NO_SENDER)
    for name in ("sender", "reply-to", "return-path", "x-original-from"):
        others = [party for party in addresses.parties(root.headers, name, hint) if party.address]
        if others:
            return Party(others[0].address, written[0].name if written else others[0].name)
    return written[0] if written else Party("")


def _own_id(root: Part, found: set[str]) -> str:
    """The Message-ID, or one made from what the same mail always has: not the trace of the way it came."""
    told = {one for value in root.headers.all("message-id") if (one := ids.own(value.decode("ascii", "ignore")))}
    if len(told) > 1:
        found.add(problems.TWO_IDS)
    if told:
        return ids.own(root.headers.plain("message-id")) or min(told)
    found.add(problems.NO_ID)
    return ids.made_from(*(root.headers.raw(name) for name in ("from", "to", "date", "subject")), root.content)


def _sent_at(root: Part, found: set[str]) -> datetime | None:
    told = root.headers.text("date")
    if not told:
        found.add(problems.NO_DATE)
        return None
    sent = dates.parse(told)
    if sent is None:
        found.add(problems.BAD_DATE)
        return None
    traces = [headers.loosely(value).rpartition(";")[2] for value in root.headers.all("received")[:5]]
    arrived = [date for trace in traces if (date := dates.parse(trace))]
    if arrived and sent > max(arrived) + A_DAY:
        found.add(problems.FUTURE_DATE)
    return sent


def _is_auto(root: Part, failure: Bounce | None, sender: Party, subject: str, text: str) -> bool:
    return bool(failure) or pec.is_receipt(root) or auto.is_auto(root.headers, sender, subject, text, root.kind)


def _opened(envelope: Inbound, part: Part) -> Inbound:
    """Certified mail: what the customer wrote, under the envelope's own id, its proof attached."""
    found: set[str] = set()
    inside = _inbound(mime.read(transfer.decode(part, found), found), found)
    kept = tuple(file for file in envelope.files if file.name.lower() in ("daticert.xml", "smime.p7s"))
    return replace(
        inside,
        external_id=envelope.external_id,
        sent_at=inside.sent_at or envelope.sent_at,
        files=inside.files + kept,
        reply_to=inside.reply_to or envelope.reply_to,
        problems=tuple(
            sorted({*inside.problems, *envelope.problems, problems.CERTIFIED} - {problems.NO_ID, problems.EMPTY})
        ),
    )
