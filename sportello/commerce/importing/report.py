"""What became of a file, to read and to take away."""

import csv
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sportello.lib.cells import guarded

from .problems import Problem


def summary(counts: dict[str, int]) -> list[str]:
    """Return how many orders met which fate, one phrase each, only those that there are."""
    fates = (
        ("good", lambda n: ngettext("%(n)s can be imported", "%(n)s can be imported", n)),
        ("new", lambda n: ngettext("%(n)s new", "%(n)s new", n)),
        ("changed", lambda n: ngettext("%(n)s changed", "%(n)s changed", n)),
        ("unchanged", lambda n: ngettext("%(n)s unchanged", "%(n)s unchanged", n)),
        ("older", lambda n: ngettext("%(n)s older than what we have", "%(n)s older than what we have", n)),
        ("refused", lambda n: ngettext("%(n)s left out", "%(n)s left out", n)),
    )
    return [words(counts[fate]) % {"n": counts[fate]} for fate, words in fates if counts.get(fate)]


def write_problems(file: Any, problems: Iterable[Problem]) -> None:
    """Write the problems as CSV, in the reader's language, for the spreadsheet in which they will be put right."""
    writer = csv.writer(file)
    writer.writerow([_("Row"), _("Order"), _("Column"), _("What is wrong")])
    for problem in problems:
        row = str(problem.row) if problem.row else ""
        writer.writerow([row, *(guarded(text) for text in (problem.order, problem.column, problem.words))])
