"""The whole way of a file: read, understand, store in batches, report. Begun again, it changes nothing twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings

from sportello.workspace.models import Workspace

from ..models import Store
from .problems import Problem, UnreadableFile
from .reading import Lines, is_json, json_orders
from .spreadsheet import Spreadsheet
from .storing import store_orders
from .understanding import Raw, Told, understand
from .values import Reading
from .waiting import Waiting

BATCH = 200
MOST_PROBLEMS = 10_000
"""As many are kept with their words; beyond, they are only counted."""


@dataclass
class Report:
    """What became of a file: counts of orders (new, changed, unchanged, older, refused), and all that was wrong.

    `read`: bytes of the file understood so far. `first`: the first orders understood, to look at before importing.
    """

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    first: list[Told] = field(default_factory=list)
    refused_file: bool = False
    read: int = 0

    @property
    def orders(self) -> int:
        """How many orders the file tells of, good and bad."""
        return self.counts.total() - self.counts["problems"]

    def sorted(self) -> "Report":
        """The same, problems as they stand in the file."""
        self.problems.sort(key=lambda problem: problem.row)
        return self

    def wrong(self, problems: list[Problem]) -> None:
        """Add what is wrong with one order or one row."""
        self.counts["problems"] += len(problems)
        self.problems += problems[: MOST_PROBLEMS - len(self.problems)]


Progress = Callable[[Report], Any]


def check(store: Store, file: BinaryIO, *, progress: Progress | None = None, show: int = 5) -> Report:
    """Read and understand all of the file, and store nothing. `report.counts["good"]` is what could be imported."""
    report = Report()
    for _, told in _understood(store, file, report):
        report.counts["good"] += 1
        if len(report.first) < show:
            report.first.append(told)
        if progress and report.counts["good"] % BATCH == 0:
            progress(report)
    return report.sorted()


def import_orders(store: Store, file: BinaryIO, *, strict: bool = False, progress: Progress | None = None) -> Report:
    """Store the orders of a file; those with something wrong are left out whole, and reported.

    `strict`: when anything is wrong, store nothing. `progress` is called after each batch that was stored.
    """
    if strict:  # twice through the file, rather than one transaction that keeps everybody waiting
        checked = check(store, file)
        if checked.problems:
            return checked
        file.seek(0)
    report = Report()
    batch: dict[str, tuple[int, Told]] = {}
    for row, told in _understood(store, file, report):
        if told.external_id in batch or len(batch) == BATCH:
            _store(store, batch, report, progress)
        batch[told.external_id] = row, told
    _store(store, batch, report, progress)
    return report.sorted()


def _store(store: Store, batch: dict[str, tuple[int, Told]], report: Report, progress: Progress | None) -> None:
    if batch:
        stored = store_orders(store, list(batch.values()))
        report.counts += stored.counts
        report.notices += stored.notices[: MOST_PROBLEMS - len(report.notices)]
        batch.clear()
    if progress:
        progress(report)


def _understood(store: Store, file: BinaryIO, report: Report) -> Iterator[tuple[int, Told]]:
    """The good orders of a file with their rows; what is wrong goes into the report."""
    try:
        with ExitStack() as stack:
            raws, reading = _raw_orders(store, file, report, stack)
            for raw in raws:
                found = [raw] if isinstance(raw, Problem) else understand(raw, reading)
                report.read = file.tell()
                if isinstance(found, Told):
                    yield raw.row, found
                else:
                    report.counts["refused"] += 1
                    report.wrong(found)
    except UnreadableFile as wrong:
        report.refused_file = True
        report.wrong([Problem(wrong.row, wrong.code, column=wrong.told.get("column", ""), told=wrong.told)])


def _raw_orders(
    store: Store, file: BinaryIO, report: Report, stack: ExitStack
) -> tuple[Iterator[Raw | Problem], Reading]:
    lines = Lines(file)
    stack.callback(lines.release)
    zone = ZoneInfo(Workspace.objects.values_list("time_zone", flat=True).first() or settings.TIME_ZONE)
    if is_json(lines.start):
        return json_orders(lines), Reading(zone, store.currency, settings.COUNTRY)
    sheet = Spreadsheet(lines, stack.enter_context(Waiting()))
    report.wrong([problem for problem in sheet.problems if problem.row])
    report.notices += [problem for problem in sheet.problems if not problem.row]
    return sheet.orders(), Reading(zone, store.currency, settings.COUNTRY, sheet.decimal)
