"""Undo what was done to a part so that it could travel: base64, quoted-printable, uuencode, yEnc, flowed lines."""

import binascii
import re

from . import problems
from .headers import lenient_base64
from .mime import Part

UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.MULTILINE)
UU_LINE = re.compile(rb"[\x20-\x60]{1,62}")
Y_BEGIN = re.compile(rb"^=ybegin [^\r\n]*?name=([^\r\n]{1,200})\r?\n", re.MULTILINE)
Y_END = re.compile(rb"^=yend[^\r\n]*(?:\r?\n|\Z)", re.MULTILINE)
Y_LINE = re.compile(rb"^=ypart[^\r\n]*\r?\n", re.MULTILINE)
Y_SHIFT = bytes((byte - 42) % 256 for byte in range(256))
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
# "= " at the end of a line: some server added the space, and the line goes on all the same.
PADDED_BREAK = re.compile(rb"=[ \t]{1,20}(?=\r?\n)")


def decode(part: Part, found: set[str]) -> bytes:
    """Return the content of a part as it was before it travelled; never fails."""
    encoding = part.headers.plain("content-transfer-encoding").lower().split(";")[0].strip(" \"'.")
    content = part.content
    if encoding == "base64":
        return _base64(content, part, found)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(PADDED_BREAK.sub(b"=", content))
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        files, rest = uuencoded(content)
        return files[0][1] if files else rest
    if encoding in ("x-yenc", "yenc"):
        files, rest = yencoded(content)
        return files[0][1] if files else rest
    return content


def _base64(content: bytes, part: Part, found: set[str]) -> bytes:
    """Text that only claims to be base64 shows by its spaces and signs."""
    try:
        return binascii.a2b_base64(content, strict_mode=False) if _whole(content) else _damaged(content, part, found)
    except binascii.Error:
        return _damaged(content, part, found)


def _whole(content: bytes) -> bool:
    """Padding stands at the end only, and the beginning looks like base64."""
    padding = content.find(b"=")
    return (padding < 0 or padding >= len(content.rstrip()) - 2) and not NOT_BASE64.search(content, 0, 10_000)


def _damaged(content: bytes, part: Part, found: set[str]) -> bytes:
    found.add(problems.BAD_TRANSFER)
    sample = content[:10_000]
    if part.main == "text" and len(NOT_BASE64.findall(sample)) + sample.count(b" ") > len(sample) // 8:
        return content
    return lenient_base64(content)


def uuencoded(content: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Return ([(name, bytes)], the text around) of what was pasted into a text by `uuencode`."""
    files, rest, at = [], [], 0
    while match := UU_BEGIN.search(content, at):
        end, data = _uu_block(content, match.end())
        if data is None:
            rest.append(content[at : match.end()])
        else:
            rest.append(content[at : match.start()])
            files.append((match[1], data))
        at = end
    return files, b"".join([*rest, content[at:]])


def _uu_block(content: bytes, start: int) -> tuple[int, bytes | None]:
    """Where the block ends and what it holds; None when the lines are not uuencoded after all."""
    decoded: list[bytes] = []
    at = start
    while at < len(content):
        newline = content.find(b"\n", at)
        stop = len(content) if newline < 0 else newline + 1
        line = content[at:stop].rstrip(b"\r\n")
        at = stop
        if line.strip() == b"end":
            return at, b"".join(decoded)
        if not line.strip() or line == b"`":
            continue
        if not UU_LINE.fullmatch(line):
            break
        decoded.append(_uu_line(line))
    return (at, b"".join(decoded)) if len(decoded) > 3 and at >= len(content) else (start, None)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders pad the last line wrongly: keep as many characters as its length byte promises.
        promised = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:promised])
        except binascii.Error:
            return b""


def yencoded(content: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Return ([(name, bytes)], the text around) of what was pasted into a text as yEnc."""
    files, rest, at = [], [], 0
    while match := Y_BEGIN.search(content, at):
        end = Y_END.search(content, match.end())
        if not end:
            break
        rest.append(content[at : match.start()])
        files.append((match[1].strip(), _y_data(content[match.end() : end.start()])))
        at = end.end()
    return files, b"".join([*rest, content[at:]])


def _y_data(block: bytes) -> bytes:
    block = Y_LINE.sub(b"", block, count=1).replace(b"\r", b"").replace(b"\n", b"")
    pieces = block.split(b"=")
    escaped = [bytes([(piece[0] - 64) % 256]) + piece[1:] for piece in pieces[1:] if piece]
    return b"".join([pieces[0], *escaped]).translate(Y_SHIFT)


def unflowed(text: str, delete_space: bool) -> str:
    """Join the lines that format=flowed broke (RFC 3676); quotes keep their depth, "-- " stays a line."""
    done: list[str] = []
    open_depth: int | None = None
    for raw in text.split("\n"):
        depth, line = _depth(raw)
        flows = line.endswith(" ") and line != "-- "
        if open_depth == depth and line != "-- " and done:
            done[-1] += line
        else:
            done.append(">" * depth + " " + line if depth else line)
        if flows and delete_space:
            done[-1] = done[-1][:-1]
        open_depth = depth if flows else None
    return "\n".join(done)


def _depth(line: str) -> tuple[int, str]:
    """How deep a line is quoted, and the line without its marks and without space-stuffing."""
    bare = line.lstrip(">")
    return len(line) - len(bare), bare.removeprefix(" ")
