"""Unpack winmail.dat (TNEF), what Outlook sends when it thinks that everybody uses Outlook.

Format: [MS-OXTNEF]. Our own reader, because tnefparse believes every count it reads (four thousand million properties
in a file of forty bytes) and copies the rest of the file for each object; here work is bounded by the file's length.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import charsets
from .limits import MAX_TNEF_OBJECTS
from .rtf import rtf_text

SIGNATURE = 0x223E9F78
EMBEDDED_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
MAX_EMBEDDED = 3

# Attributes, and the MAPI properties inside two of them.
BODY, ATTACH_DATA, ATTACH_TITLE, ATTACH_START = 0x800C, 0x800F, 0x8010, 0x9002
MAPI_PROPERTIES, ATTACH_PROPERTIES, CODEPAGE = 0x9003, 0x9005, 0x9007
P_BODY, P_HTML, P_RTF, P_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
P_DATA, P_LONG_NAME, P_NAME, P_DISPLAY_NAME, P_CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x3001, 0x3712

WIDTHS = {0x01: 0, 0x02: 4, 0x0B: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
VARIABLE = {0x0D, 0x1E, 0x1F, 0x102}
UNICODE = 0x1F
CODEPAGES = {65001: "utf-8", 20127: "ascii", 28591: "iso-8859-1", 20866: "koi8-r", 1200: "utf-16-le"}


class Unreadable(Exception):
    """This is not a TNEF file, or a damaged one."""


@dataclass(slots=True)
class Attached:
    """One file inside."""

    name: str = ""
    content: bytes = b""
    content_id: str = ""
    is_message: bool = False


@dataclass(slots=True)
class Inside:
    """What a winmail.dat held."""

    text: str = ""
    html: str = ""
    files: list[Attached] = field(default_factory=list)
    codepage: str = "cp1252"
    rtf: bytes = b""


def read(content: bytes, depth: int = 0) -> Inside:
    """Return what is inside; raise `Unreadable`."""
    try:
        if struct.unpack_from("<I", content)[0] != SIGNATURE:
            raise Unreadable("no TNEF signature")
        inside = Inside()
        for name, data in _objects(content):
            _take(inside, name, data)
    except (struct.error, UnicodeError, ValueError) as error:
        raise Unreadable(str(error)) from error
    if not (inside.text or inside.html) and inside.rtf:
        inside.text = rtf_text(inside.rtf)
    inside.files = [one for file in inside.files for one in _flattened(file, depth)]
    if not (inside.text or inside.html or inside.files):
        raise Unreadable("nothing inside")
    return inside


def _objects(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (attribute, its data) until the file ends."""
    at = 6
    for _ in range(MAX_TNEF_OBJECTS):
        if at + 11 > len(content):
            return
        name, _type, length = struct.unpack_from("<HHI", content, at + 1)
        yield name, content[at + 9 : at + 9 + length]
        at += 11 + length
    raise Unreadable("too many objects")


def _take(inside: Inside, name: int, data: bytes) -> None:
    if name == CODEPAGE:
        inside.codepage = _codepage(struct.unpack_from("<I", data)[0])
    elif name == BODY:
        inside.text = inside.text or _text(data, inside.codepage)
    elif name == MAPI_PROPERTIES:
        _take_message(inside, dict(_properties(data, inside.codepage)))
    elif name == ATTACH_START:
        inside.files.append(Attached())
    elif inside.files:
        _take_attached(inside, inside.files[-1], name, data)


def _take_message(inside: Inside, properties: dict[int, str | bytes]) -> None:
    codepage = properties.get(P_CODEPAGE)
    label = _codepage(struct.unpack("<I", codepage)[0]) if isinstance(codepage, bytes) and len(codepage) == 4 else ""
    inside.text = _text(properties.get(P_BODY, b""), label or inside.codepage) or inside.text
    inside.html = _text(properties.get(P_HTML, b""), label or inside.codepage)
    rtf = properties.get(P_RTF, b"")
    inside.rtf = rtf if isinstance(rtf, bytes) else b""


def _take_attached(inside: Inside, file: Attached, name: int, data: bytes) -> None:
    if name == ATTACH_DATA:
        file.content = data
    elif name == ATTACH_TITLE:
        file.name = file.name or _text(data, inside.codepage)
    elif name == ATTACH_PROPERTIES:
        properties = dict(_properties(data, inside.codepage))
        names = (properties.get(key, "") for key in (P_LONG_NAME, P_NAME, P_DISPLAY_NAME))
        file.name = next((_text(one, inside.codepage) for one in names if one), file.name)
        file.content_id = _text(properties.get(P_CONTENT_ID, ""), inside.codepage).strip("<>")
        _take_object(file, properties.get(P_DATA, b""))


def _take_object(file: Attached, data: str | bytes) -> None:
    if isinstance(data, bytes) and data:
        file.is_message = data.startswith(EMBEDDED_MESSAGE)
        file.content = data[16:] if file.is_message else data


def _properties(data: bytes, codepage: str) -> Iterator[tuple[int, str | bytes]]:
    """Yield (property, value) of a MAPI property list; of several values the first."""
    count = struct.unpack_from("<I", data)[0]
    at = 4
    while count > 0 and at + 4 <= len(data):
        kind, name = struct.unpack_from("<HH", data, at)
        at = _after_name(data, at + 4, name)
        value, at = _value(data, at, kind, codepage)
        count -= 1
        yield name, value


def _after_name(data: bytes, at: int, name: int) -> int:
    """Named properties carry their name: a GUID and a number or a padded text."""
    if name < 0x8000:
        return at
    kind, size = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (_padded(size) if kind else 0)


def _value(data: bytes, at: int, kind: int, codepage: str) -> tuple[str | bytes, int]:
    many, kind = bool(kind & 0x1000), kind & 0x0FFF
    if kind in WIDTHS:
        count = struct.unpack_from("<I", data, at)[0] if many else 1
        start = at + 4 * many
        return data[start : start + WIDTHS[kind]], start + WIDTHS[kind] * count
    if kind not in VARIABLE:
        raise Unreadable(f"property type {kind:#x}")
    count = struct.unpack_from("<I", data, at)[0]
    at += 4
    first: bytes = b""
    for position in range(min(count, len(data))):
        size = struct.unpack_from("<I", data, at)[0]
        first = data[at + 4 : at + 4 + size] if position == 0 else first
        at += 4 + _padded(size)
    return (first.decode("utf-16-le", "replace").rstrip("\x00") if kind == UNICODE else first), at


def _padded(size: int) -> int:
    return size + -size % 4


def _codepage(number: int) -> str:
    return CODEPAGES.get(number, f"cp{number}")


def _text(value: str | bytes, codepage: str) -> str:
    return charsets.clean(value if isinstance(value, str) else charsets.decode(value.rstrip(b"\x00"), codepage))


def _flattened(file: Attached, depth: int) -> list[Attached]:
    """A message attached as an object becomes its text and its files."""
    if not file.is_message:
        return [file] if file.content else []
    try:
        inner = read(file.content, depth + 1) if depth < MAX_EMBEDDED else None
    except Unreadable:
        inner = None
    if inner is None:
        return [Attached(file.name + ".dat", file.content)]
    body = (inner.html or inner.text).encode()
    extension = ".html" if inner.html else ".txt"
    return [*([Attached((file.name or "message") + extension, body)] if body else []), *inner.files]
