"""CSV: one row for each of the goods, or one for each order; rows of one order may stand anywhere in the file."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain

from .columns import LINE, ORDER, PARCEL, meanings
from .problems import LONGEST_LIST, Problem, UnreadableFile, shown
from .reading import Lines
from .understanding import Raw
from .values import decimal_mark
from .waiting import Cells, Waiting

DELIMITERS = ",;\t|"
# Stands among the cells of a row that has more of them than there are columns: its order is refused whole.
SPOILT = "!"
MONEY = ("total", "refunded", "line_total", "line_price")


class Spreadsheet:
    """A CSV, read once to its end: then it knows its decimal mark, and `orders()` gives what it holds."""

    def __init__(self, lines: Lines, waiting: Waiting) -> None:
        self._lines, self._waiting = lines, waiting
        self.problems: list[Problem] = []
        first, self._delimiter = _beginning(lines)
        self._rows = csv.reader(chain([first], lines), delimiter=self._delimiter)
        self._header = self._names()
        self._columns = meanings(self._header)
        self._marks: set[str] = set()
        unused = [shown(name) for at, name in enumerate(self._header) if at not in self._columns and name.strip()]
        if unused:
            self.problems.append(Problem(0, "ignored", told={"columns": shown(", ".join(unused), LONGEST_LIST)}))
        for row, cells in self._read():
            self._keep(row, cells)

    @property
    def decimal(self) -> str:
        """The decimal mark of the file, when its amounts show it without contradiction."""
        return next(iter(self._marks)) if len(self._marks) == 1 else ""

    def orders(self) -> Iterator[Raw]:
        """Its orders, as they first appear."""
        return (gathered(rows, len(self._header)) for rows in self._waiting.orders())

    def _names(self) -> list[str]:
        try:
            return next(self._rows, [])
        except csv.Error as problem:
            raise UnreadableFile("quote", row=1) from problem

    def _read(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line where it begins."""
        while True:
            row = self._lines.number + 1
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except csv.Error as problem:  # a cell longer than any we would keep
                raise UnreadableFile("quote", row=row) from problem
            for lost in self._lines.pop_problems():
                raise UnreadableFile(lost.code, row=lost.row)
            if any(cell.strip() for cell in cells) and cells != self._header:
                yield row, cells

    def _keep(self, row: int, cells: list[str]) -> None:
        told: Cells = {name: cells[at].strip() for at, name in self._columns.items() if at < len(cells)}
        told = {name: cell for name, cell in told.items() if cell}
        if not told.get("number") and not told.get("id"):
            self.problems.append(Problem(row, "missing", column="number"))
            return
        if self._has_swallowed(row, cells):
            raise UnreadableFile("quote", row=row)
        if any(cell.strip() for cell in cells[len(self._header) :]):
            told[SPOILT] = str(len(cells))
        self._marks |= decimal_mark([told[name] for name in MONEY if name in told])
        self._waiting.add(row, told)

    def _has_swallowed(self, row: int, cells: list[str]) -> bool:
        """Whether a quotation mark that is not closed made one cell of several rows."""
        if self._lines.number == row:
            return False
        marks = len(self._header) - 1
        inside = (line for cell in cells for line in cell.split("\n")[1:])
        return len(cells) < len(self._header) or (
            marks >= 2 and any(line.count(self._delimiter) >= marks for line in inside)
        )


def _beginning(lines: Lines) -> tuple[str, str]:
    """The line with the names of the columns, and what stands between them. Excel may say it: "sep=;"."""
    first = next((line for line in lines if line.strip()), "")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return next(lines, ""), first[4]
    return first, max(DELIMITERS, key=lambda mark: _columns(first, mark))


def _columns(header: str, mark: str) -> int:
    """How many columns there would be with this mark between them."""
    try:
        return len(next(csv.reader([header], delimiter=mark), []))
    except csv.Error:  # a name longer than any
        return 0


def gathered(rows: list[tuple[int, Cells]], columns: int) -> Raw:
    """Return the order that these rows tell: its own values may stand in each row, or only in the first."""
    raw = Raw(rows[0][0], {})
    called = shown(rows[0][1].get("number") or rows[0][1].get("id", ""))
    values: dict[str, str] = {}
    stands: dict[str, int] = {}
    for row, cells in rows:
        for name in (name for name in ORDER if name in cells):
            if values.setdefault(name, cells[name]) == cells[name]:
                stands.setdefault(name, row)
            else:
                told = {"value": shown(cells[name]), "other": shown(values[name]), "row": str(stands[name])}
                raw.problems.append(Problem(row, "differs", called, name, told))
        if SPOILT in cells:
            told = {"count": cells[SPOILT], "expected": str(columns)}
            raw.problems.append(Problem(row, "columns", called, told=told))
        if line := _part(cells, LINE, "line_"):
            raw.lines.append((row, line))
        parcel = _part(cells, PARCEL, "parcel_")
        if parcel and parcel not in [before for _, before in raw.parcels]:
            raw.parcels.append((row, parcel))
    raw.values = _completed(values)
    return raw


def _part(cells: Cells, names: Iterable[str], prefix: str) -> Cells:
    return {name.removeprefix(prefix): cells[name] for name in names if name in cells}


def _completed(values: Cells) -> Cells:
    """Put together what other shops tell in two columns."""
    if "name" not in values and (names := [values[part] for part in ("first_name", "last_name") if part in values]):
        values["name"] = " ".join(names)
    if "state" not in values:
        paid, sent = values.get("financial_state", ""), values.get("fulfillment_state", "")
        values["state"] = (
            sent if sent in ("fulfilled", "partial") and paid not in ("refunded", "voided") else paid or sent
        )
    return values
