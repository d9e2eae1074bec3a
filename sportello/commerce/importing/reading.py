"""From bytes to lines, and from JSON lines to raw orders. What cannot be read is a problem of its line."""

import codecs
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO

from .problems import Problem, UnreadableFile
from .understanding import Raw

LONGEST_LINE = 1_000_000
LOOKED_AT = 4096


def windows(error: UnicodeError) -> tuple[str, int]:
    """What is not UTF-8 in a file of Excel is Windows-1252."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows", windows)


class Lines:
    """The lines of a text file, counted, none longer than a million characters. Line ends of any kind are "\\n"."""

    def __init__(self, file: BinaryIO) -> None:
        self.number = 0
        self.problems: list[Problem] = []
        start = file.read(LOOKED_AT)
        file.seek(0)
        self.start = start
        wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        _check_kind(start, wide=wide)
        # None: every kind of line end is one, also of old Macs.
        encoding, errors = ("utf-16", "replace") if wide else ("utf-8-sig", "windows")
        self._text = io.TextIOWrapper(file, encoding, errors, newline=None)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            self.problems.append(Problem(self.number, "line"))
            while (rest := self._text.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                pass
            return "\n"
        return line

    def pop_problems(self) -> list[Problem]:
        """What was wrong with the lines since the last time."""
        found, self.problems = self.problems, []
        return found

    def release(self) -> None:
        """Leave the file open to whoever opened it."""
        self._text.detach()


def _check_kind(start: bytes, *, wide: bool) -> None:
    if not start.strip():
        raise UnreadableFile("empty")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFile("workbook")
    if start.startswith((b"%PDF", b"\x1f\x8b", b"<!DOCTYPE", b"<html")) or (not wide and b"\0" in start[:512]):
        raise UnreadableFile("binary")


def is_json(start: bytes) -> bool:
    """Whether these are JSON lines; one JSON list of everything is refused."""
    first = start.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if first == b"[":
        raise UnreadableFile("array")
    return first == b"{"


def json_orders(lines: Lines) -> Iterator[Raw | Problem]:
    """Each line as an order, in the order of the file."""
    for line in lines:
        yield from lines.pop_problems()
        if line.strip():
            yield _json_order(line, lines.number)


def _json_order(line: str, row: int) -> Raw | Problem:
    try:
        told = json.loads(line, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return Problem(row, "json")
    if not isinstance(told, dict):
        return Problem(row, "object")
    customer = told.pop("customer", None)
    if isinstance(customer, dict):
        told = {**{name: customer.get(name) for name in ("email", "phone", "name")}, **told}
    raw = Raw(row, told)
    raw.lines = _children(raw, "lines")
    raw.parcels = _children(raw, "shipments")
    return raw


def _children(raw: Raw, column: str) -> list:
    told = raw.values.get(column)
    if told is None:
        return []
    if not isinstance(told, list) or not all(isinstance(child, dict) for child in told):
        raw.problems.append(Problem(raw.row, "list", raw.called, column))
        return []
    return [(raw.row, child) for child in told]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
