"""`sportello import-orders --store terra-e-tavola orders.csv`: see docs/importing-orders.md."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from sportello.commerce.actions import open_store
from sportello.commerce.importing.report import summary, write_problems
from sportello.commerce.importing.running import Report, check, import_orders
from sportello.commerce.models import Store

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import a store's orders from a file of JSON lines or CSV. Repeating it changes nothing; orders with something "
        "wrong are left out whole and reported; the exit code is then 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="JSON lines or CSV; - is standard input")
        parser.add_argument("--store", required=True, metavar="SLUG", help="the short name of the store")
        parser.add_argument("--new-store", metavar="NAME", help="make the store under this name if there is none")
        parser.add_argument("--strict", action="store_true", help="if anything is wrong, import nothing")
        parser.add_argument("--check", action="store_true", help="only say what would be wrong")
        parser.add_argument("--problems", metavar="FILE", help="write all problems to this file, as CSV")

    def handle(self, **options: Any) -> None:
        store = self._store(options["store"], options["new_store"])
        with _opened(options["file"]) as file:
            if options["check"]:
                report = check(store, file)
            else:
                report = import_orders(store, file, strict=options["strict"], progress=self._progress(options))
        self._tell(report, options)
        if report.problems:
            sys.exit(1)

    def _store(self, slug: str, name: str | None) -> Store:
        if store := Store.objects.filter(slug=slug).first():
            return store
        if name:
            return open_store(name, slug=slug, by=None)
        known = ", ".join(Store.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no store {slug!r} (known: {known}). To make it, add --new-store 'Its name'.")

    def _progress(self, options: dict[str, Any]) -> Any:
        if options["verbosity"] < 1 or not self.stderr.isatty():
            return None
        return lambda report: self.stderr.write(f"\r{report.counts.total():>9} orders ", ending="")

    def _tell(self, report: Report, options: dict[str, Any]) -> None:
        self.stdout.write(", ".join(summary(report.counts)) or _("No orders."))
        for notice in report.notices[:SHOWN]:
            self.stdout.write(_line(notice))
        if options["strict"] and report.problems:
            self.stdout.write(_("Nothing was imported."))
        for problem in report.problems[:SHOWN]:
            self.stdout.write(self.style.ERROR(_line(problem)))
        if (hidden := report.counts["problems"] - SHOWN) > 0:
            words = _("… and %(n)s more. With --problems FILE all of them are written to a file.")
            self.stdout.write(words % {"n": hidden})
        if path := options["problems"]:
            with Path(path).open("w", newline="", encoding="utf-8-sig") as file:
                write_problems(file, report.problems)


def _line(problem: Any) -> str:
    row = _("row %(n)s") % {"n": problem.row} if problem.row else ""
    where = [row, problem.order, problem.column]
    return ": ".join(filter(None, [", ".join(filter(None, where)), problem.words]))


def _opened(name: str) -> BinaryIO:
    if name != "-":
        try:
            return Path(name).open("rb")
        except OSError as problem:
            raise CommandError(f"{name} cannot be read: {problem.strerror}.") from problem
    file = tempfile.TemporaryFile()  # noqa: SIM115 the caller closes it
    shutil.copyfileobj(sys.stdin.buffer, file)
    file.seek(0)
    return file
