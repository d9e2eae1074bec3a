"""A message as the bytes of a mail that every program reads: seven-bit, short lines, nothing smuggled in.

Written by hand where the standard library's own writer cannot be trusted on every Python we run on: it encodes long
message ids as words (and so breaks threads), and the commas between folded addresses with them.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from urllib.parse import quote

import idna

from .. import base

NEWLINE = b"\r\n"
WIDTH = 76
LONGEST_LINE = 900
# References of a long thread: the first one and the last ones, as RFC 5537 does.
MOST_REFERENCES = 20
TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
OURS = re.compile(
    r"from|sender|to|cc|bcc|reply-to|subject|date|message-id|in-reply-to|references|return-path|mime-version|content-.*",
    re.IGNORECASE,
)


def compose(message: base.Outbound) -> bytes:
    """Return the mail, with CRLF and without blind copies; raise `NotDelivered` for an address that cannot be one."""
    fields = [
        ("From", _people([message.sender])),
        ("To", _people(message.to) or ("" if message.cc else "undisclosed-recipients:;")),
        ("Cc", _people(message.cc)),
        ("Reply-To", _people([message.reply_to] if message.reply_to else [])),
        ("Subject", _subject(message.subject)),
        ("Date", format_datetime((message.sent_at or datetime.now(UTC)).astimezone(UTC))),
        ("Message-ID", _ids([message.external_id])),
        ("In-Reply-To", _ids([message.in_reply_to])),
        ("References", _ids(_references(message))),
        *[(name, _free(value)) for name, value in message.headers.items() if _is_free(name)],
        ("MIME-Version", "1.0"),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    return head.encode() + _body(message)


def ascii_address(address: str) -> str:
    """Return the address with its domain in the letters that every server knows (münchen.example → xn--…).

    Raise `NotDelivered` when it is none. What stands before the @ is left as it is.
    """
    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain) or re.search(r"[@\s<>,;:\\\"()\[\]\x00-\x20\x7f]", local + domain):
        raise base.NotDelivered(f"“{address}” is not an address.", permanent=True)
    try:
        domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise base.NotDelivered(f"“{address}” is not an address: {error}.", permanent=True) from error
    return f"{local}@{domain}"


# The headers


def _people(parties: Iterable[base.Party]) -> str:
    return ",\r\n ".join(_person(party) for party in parties)


def _person(party: base.Party) -> str:
    address, name = ascii_address(party.address), _clean(party.name)
    if not name:
        return address
    if _is_plain(name) and len(name) <= WIDTH:
        return '"{}" <{}>'.format(re.sub(r'([\\"])', r"\\\1", name), address)
    return f"{_words(name, indent=10)}\r\n <{address}>"


def _subject(value: str) -> str:
    """As it is when that is safe and short, else in encoded words."""
    value = _clean(value)
    return value if _is_plain(value) and len(value) < WIDTH - 9 else _words(value, indent=9)


def _free(value: str) -> str:
    """What a machine reads stays as it is; only what is not ASCII becomes encoded words."""
    value = _clean(value)
    return value if value.isascii() and len(value) < LONGEST_LINE else _words(value, indent=64)


def _words(value: str, *, indent: int) -> str:
    return Header(value, "utf-8", maxlinelen=WIDTH, header_name="x" * (indent - 2)).encode(linesep="\r\n")


def _is_plain(value: str) -> bool:
    return value.isascii() and "=?" not in value and "  " not in value


def _clean(value: str) -> str:
    """Without anything that could begin another header, and what no encoding can carry."""
    return BREAKS.sub(" ", value).encode(errors="replace").decode().strip()


def _ids(ids: Iterable[str]) -> str:
    return "\r\n ".join(f"<{id}>" for id in ids if re.fullmatch(r"[!-;=?-~]{1,900}", id))


def _references(message: base.Outbound) -> list[str]:
    """Oldest first, what is answered last: programs look there first."""
    ids = [id for id in dict.fromkeys(message.references) if id != message.in_reply_to]
    ids += [message.in_reply_to] if message.in_reply_to else []
    return ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]]


def _is_free(name: str) -> bool:
    return bool(FIELD.fullmatch(name)) and not OURS.fullmatch(name)


# The body: mixed( related( alternative(text, html), inline images… ), files… ), each only where it is needed


def _body(message: base.Outbound) -> bytes:
    shown = {file.content_id for file in message.files if file.content_id and f"cid:{file.content_id}" in message.html}
    parts = [_written("plain", message.text)]
    if message.html:
        parts = [_many("alternative", [*parts, _written("html", message.html)])]
    if shown:
        images = [_file(file) for file in message.files if file.content_id in shown]
        parts = [_many("related", [*parts, *images], ' type="multipart/alternative";')]
    files = [_file(file) for file in message.files if file.content_id not in shown]
    return _many("mixed", [*parts, *files]) if files else parts[0]


def _part(fields: Iterable[str], content: bytes) -> bytes:
    return b"".join(field.encode() + NEWLINE for field in fields) + NEWLINE + content


def _many(kind: str, parts: list[bytes], more: str = "") -> bytes:
    # "=_" can stand neither in quoted-printable nor in base64: no part can contain it at the start of a line.
    line = f"=_{secrets.token_hex(16)}"
    edge = f"--{line}".encode()
    content = b"".join(edge + NEWLINE + part + NEWLINE for part in parts) + edge + b"--" + NEWLINE
    return _part([f'Content-Type: multipart/{kind};{more}\r\n boundary="{line}"'], content)


def _written(kind: str, text: str) -> bytes:
    content = re.sub(r"\r\n?", "\n", text).encode(errors="replace")
    return _part(
        [f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"], _quoted(content)
    )


def _quoted(content: bytes) -> bytes:
    coded = binascii.b2a_qp(content, istext=True, header=False)
    # "From " at the start of a line is changed by some servers on the way.
    return re.sub(rb"(?m)^From ", b"=46rom ", coded).replace(b"\n", NEWLINE) + NEWLINE


def _file(file: base.File) -> bytes:
    name = _file_name(file.name)
    kind = file.type.lower() if TYPE.fullmatch(file.type) else ""
    # Mails and multiparts may not be coded in base64 (RFC 2046): they travel as what they are, files.
    if not kind or kind.startswith(("multipart/", "message/")):
        kind = "application/octet-stream"
    place = "inline" if file.content_id and file.inline else "attachment"
    fields = [
        f"Content-Type: {kind};\r\n name={_old_parameter(name)}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {place};\r\n {_parameter('filename', name)}",
        *([f"Content-ID: {_ids([file.content_id])}"] if _ids([file.content_id]) else []),
    ]
    return _part(fields, base64.encodebytes(file.content).replace(b"\n", NEWLINE))


def _file_name(name: str) -> str:
    """A name that is no path and fits on a line, with its ending."""
    name = re.sub(r'[/\\:*?"<>|]', "_", _clean(name)).strip(". ") or "file"
    stem, dot, ending = name.rpartition(".")
    while len(quote(name, safe="")) > LONGEST_LINE and len(stem) > 1:
        stem = stem[:-1]
        name = stem + dot + ending[:20]
    return name


def _parameter(name: str, value: str) -> str:
    """RFC 2231, in one piece: Outlook does not put pieces together."""
    return f'{name}="{value}"' if _is_bare(value) else f"{name}*=utf-8''{quote(value, safe='')}"


def _old_parameter(value: str) -> str:
    """What RFC 2231 replaced, and what older programs still read: encoded words in a parameter."""
    return f'"{value}"' if _is_bare(value) else f'"{_words(value, indent=10)}"'


_is_bare: Callable[[str], object] = re.compile(r"[A-Za-z0-9 !#$&'()+,.;=@_{}~-]{1,200}").fullmatch
