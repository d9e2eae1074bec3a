"""The tree of a mail: where its parts begin and end, without copying them and without recursion over the text.

The standard library's parser reads line by line, recurses once per level and has no limits. This one searches for
the boundaries as bytes: 25 MB take milliseconds, a thousand levels or a hundred thousand parts stop at `limits`.
"""

import re
from dataclasses import dataclass, field

from . import headers, problems
from .headers import KNOWN, Headers
from .limits import MAX_DEPTH, MAX_HEADER_BYTES, MAX_PARTS

END_OF_HEADERS = re.compile(rb"\r\n\r\n|\n\r?\n|\r\r(?!\n)")
BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:>?From [^\r\n]*[\r\n]+)?\s*")
LINE_END = re.compile(rb"\r\n|\n|\r")
TYPE = re.compile(r"\s*([\w.+-]{1,80})\s*/\s*([\w.+-]{1,120})")
FOUND_BOUNDARY = re.compile(
    rb"(?:^|[\r\n])--([^\s][^\r\n]{0,200}?)[ \t]*(?:\r\n|\n|\r)content-[a-z-]{2,40}:", re.IGNORECASE | re.MULTILINE
)
AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|$)")


@dataclass(slots=True)
class Part:
    """One node. Its content is `data[start:end]`; `kind` is "text/plain" in lower case, `options` its parameters."""

    data: bytes = field(repr=False)
    headers: Headers
    start: int
    end: int
    kind: str = "text/plain"
    options: dict[str, str] = field(default_factory=dict)
    children: list["Part"] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        """The bytes between its headers and its end, still encoded for transfer."""
        return self.data[self.start : self.end]

    @property
    def main(self) -> str:
        """`text` of `text/plain`."""
        return self.kind.partition("/")[0]


@dataclass(slots=True)
class _Reading:
    """What is shared while one mail is taken apart."""

    data: bytes
    found: set[str]
    parts_left: int = MAX_PARTS


def read(data: bytes, found: set[str]) -> Part:
    """Take a mail apart; what is wrong with it is added to `found`."""
    if b"\r\r\n" in data[:4000]:
        data = data.replace(b"\r\r\n", b"\r\n")
    start = BEFORE.match(data).end()  # type: ignore[union-attr]
    reading = _Reading(data, found)
    root = _part(reading, start, len(data), default="text/plain")
    todo = [(root, 1)]
    while todo:
        part, depth = todo.pop()
        if part.main == "multipart":
            _split(reading, part, depth)
            todo += [(child, depth + 1) for child in part.children]
    return root


def _part(reading: _Reading, start: int, end: int, default: str) -> Part:
    """Read the headers at `start`; the content is what follows."""
    block_end, content = _header_block(reading, start, end)
    fields = headers.parse(reading.data[start:block_end])
    kind, options = content_type(fields, default)
    return Part(reading.data, fields, min(content, end), end, kind, options)


def _header_block(reading: _Reading, start: int, end: int) -> tuple[int, int]:
    """Where the headers end and where the content begins. A body may follow without the empty line."""
    data = reading.data
    if first := LINE_END.match(data, start, end):
        return start, first.end()
    match = END_OF_HEADERS.search(data, start, end)
    block_end, content = (match.start(), match.end()) if match else (end, end)
    if block_end - start > MAX_HEADER_BYTES:
        reading.found.add(problems.LONG_HEADER)
    stray = _first_stray(data[start : min(block_end, start + MAX_HEADER_BYTES)])
    return (start + stray, start + stray) if stray is not None else (block_end, content)


def _first_stray(block: bytes) -> int | None:
    """The place of the first line that is no header when no header follows it: there the body begins."""
    at = 0
    for line in block.splitlines(keepends=True):
        if line[:1] not in b" \t" and not headers.FIELD.match(line) and line.strip():
            rest = block[at + len(line) : at + len(line) + 2000].splitlines()
            return None if any(KNOWN.match(one) for one in rest) else at
        at += len(line)
    return None


def content_type(fields: Headers, default: str) -> tuple[str, dict[str, str]]:
    """Return (kind, parameters). What cannot be a type is the default inside a mail, and opaque bytes otherwise."""
    raw = fields.raw("content-type")
    if not raw:
        return default, {}
    value = headers.loosely(raw)
    match = TYPE.match(value)
    options = headers.parameters(value if ";" in value else value.replace(" ", ";", 1) if match else value)
    if match:
        return f"{match[1]}/{match[2]}".lower(), options
    word = value.split(";")[0].strip().lower()
    return {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}.get(word, default), options


def _split(reading: _Reading, part: Part, depth: int) -> None:
    """Give a multipart its children; one that cannot be split becomes text, or stays packed when too deep."""
    if depth > MAX_DEPTH:
        reading.found.add(problems.TOO_DEEP)
        part.kind = "application/octet-stream"
        return
    boundary = part.options.get("boundary", "").encode("utf-8", "surrogateescape").rstrip()
    spans = _spans(reading, part, boundary) if boundary else []
    if not spans and (guess := FOUND_BOUNDARY.search(part.data, part.start, part.end)):
        spans = _spans(reading, part, guess[1])
        reading.found.add(problems.BAD_BOUNDARY)
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    part.children = [_part(reading, start, end, default) for start, end in spans]
    if not part.children:
        part.kind = "text/plain"
        reading.found.add(problems.BAD_BOUNDARY)


def _spans(reading: _Reading, part: Part, boundary: bytes) -> list[tuple[int, int]]:
    """From where to where each child goes. What follows the closing boundary is a child only if it is delimited too."""
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for line, after, closing in _delimiters(part, boundary):
        if opened is not None:
            spans.append((opened, max(opened, line)))
            reading.parts_left -= 1
        opened = None if closing else after
        if reading.parts_left <= 0:
            reading.found.add(problems.TOO_MANY_PARTS)
            return spans
    if opened is not None and opened < part.end:
        reading.found.add(problems.CUT_SHORT)
        spans.append((opened, part.end))
    return spans


def _delimiters(part: Part, boundary: bytes):
    """Yield (end of the text before it, start of the text after it, whether it closes) for each boundary line."""
    data, needle = part.data, b"--" + boundary
    at = data.find(needle, part.start, part.end)
    while at >= 0:
        after = at + len(needle)
        match = AFTER_BOUNDARY.match(data, after, part.end)
        if match and (at == part.start or data[at - 1] in b"\r\n"):
            before = at - (2 if data[at - 2 : at] == b"\r\n" else 1) if at > part.start else at
            yield before, match.end(), bool(match[1])
            after = match.end()
        at = data.find(needle, after, part.end)
