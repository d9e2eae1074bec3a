"""Header fields as they come, and as they were meant: unfolded, encoded words and parameters decoded."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from . import charsets
from .limits import MAX_FIELD_BYTES, MAX_HEADER_BYTES

FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
# A line that cannot be a header, right before one that surely is: a header that lost its indentation.
KNOWN = re.compile(
    rb"(from|to|cc|subject|date|message-id|in-reply-to|references|mime-version|reply-to|return-path"
    rb"|received|content-[a-z-]{2,40}|x-[\w-]{1,60}|dkim-signature|user-agent|delivered-to|list-[a-z]{2,20}"
    rb"|auto-submitted)[ \t]*:",
    re.IGNORECASE,
)

WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,4000}?)\?=", re.DOTALL)
BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
PARAMETER = re.compile(r";\s*([^\s=;\"]{1,80})\s*=\s*(\"(?:[^\"\\]|\\.)*(?:\"|$)|[^;]*)", re.DOTALL)
CONTINUED = re.compile(r"(.+?)\*(\d{1,4})(\*?)$")


class Headers:
    """The fields of one header block, in order. Names in lower case, values as raw unfolded bytes."""

    __slots__ = ("fields",)

    def __init__(self, fields: list[tuple[str, bytes]]):
        self.fields = fields

    def __contains__(self, name: str) -> bool:
        return any(have == name for have, _ in self.fields)

    def all(self, name: str) -> list[bytes]:
        """Return every value of this field, in order."""
        return [value for have, value in self.fields if have == name]

    def raw(self, name: str) -> bytes:
        """Return the first value that is not empty, or nothing."""
        return next((value for have, value in self.fields if have == name and value), b"")

    def plain(self, name: str) -> str:
        """Return the value in ASCII with tidy spaces: for tokens, ids and keywords. Eight-bit bytes are lost."""
        return " ".join(self.raw(name).decode("ascii", "ignore").split())

    def text(self, name: str, hint: str = "") -> str:
        """Return the value as a person reads it."""
        return decode_words(loosely(self.raw(name), hint))


def parse(block: bytes) -> Headers:
    """Read the lines of one header block (without the empty line that ends it)."""
    block = block[:MAX_HEADER_BYTES]
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    fields: list[tuple[str, list[bytes]]] = []
    for line in block.split(b"\n"):
        match = None if line[:1] in (b" ", b"\t") else FIELD.match(line)
        if match:
            fields.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
        elif fields:
            fields[-1][1].append(line if line[:1] in (b" ", b"\t") else b" " + line)
    return Headers([(name, b"".join(lines)[:MAX_FIELD_BYTES].strip()) for name, lines in fields])


def loosely(raw: bytes, hint: str = "") -> str:
    """Raw bytes of a field to text. Eight bits are not allowed here and common all the same: UTF-8, or `hint`."""
    return charsets.decode(raw, "" if raw.isascii() else hint)


def decode_words(text: str) -> str:
    """Decode RFC 2047 encoded words, also cut in the middle of a character, badly padded or with raw spaces."""
    if "=?" not in text:
        return text
    text = BETWEEN_WORDS.sub(r"\1", text)
    done: list[str] = []
    pending: tuple[str, bytes] = ("", b"")
    at = 0
    for match in WORD.finditer(text):
        charset, payload = match[1].split("*")[0].lower(), _payload(match[2], match[3])
        if match.start() > at or charset != pending[0]:
            done += [charsets.decode(pending[1], pending[0]), text[at : match.start()]]
            pending = (charset, payload)
        else:
            pending = (charset, pending[1] + payload)
        at = match.end()
    return "".join([*done, charsets.decode(pending[1], pending[0]), text[at:]])


def _payload(encoding: str, data: str) -> bytes:
    raw = data.encode("utf-8", "replace")
    if encoding in "bB":
        return lenient_base64(raw)
    return binascii.a2b_qp(raw, header=True)


def lenient_base64(data: bytes) -> bytes:
    """Decode what can be decoded: wrong padding, strange characters and several pieces in a row included."""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        pass
    pieces = re.sub(rb"[^A-Za-z0-9+/=_-]", b"", data).replace(b"-", b"+").replace(b"_", b"/").split(b"=")
    return b"".join(_piece(piece) for piece in pieces if piece)


def _piece(piece: bytes) -> bytes:
    whole = piece[:-1] if len(piece) % 4 == 1 else piece
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a Content-Type or Content-Disposition: RFC 2231 and RFC 2047 decoded, names lower."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, raw in PARAMETER.findall(value):
        text = _unquoted(raw)
        continued = CONTINUED.match(name)
        if continued:
            pieces.setdefault(continued[1].lower(), []).append((int(continued[2]), bool(continued[3]), text))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1].lower(), []).append((0, True, text))
        else:
            plain.setdefault(name.lower(), decode_words(text))
    return plain | {name: _joined(found) for name, found in pieces.items()}


def _unquoted(raw: str) -> str:
    raw = raw.strip()
    if raw.startswith('"'):
        return re.sub(r"\\([\"\\])", r"\1", raw[1:-1] if raw.endswith('"') and len(raw) > 1 else raw[1:])
    return raw.strip("'") if raw.startswith("'") and raw.endswith("'") else raw


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """RFC 2231: `charset'language'percent%20encoded`, possibly in several numbered pieces."""
    pieces.sort(key=lambda piece: piece[0])
    charset = ""
    data = b""
    for position, (_, encoded, text) in enumerate(pieces):
        value = text
        if encoded and position == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        data += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    return charsets.decode(data, charset) if b"=?" not in data else decode_words(charsets.decode(data, charset))
