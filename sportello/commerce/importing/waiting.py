"""Rows that wait on disk until the rows of their order are together, in bounded memory."""

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

AT_ONCE = 1000
Cells = dict[str, str]


class Waiting:
    """Rows of a file, each with its number and its cells, given back order by order. A context manager."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sportello-orders-")
        self._rows = sqlite3.connect(Path(self._folder.name) / "rows", isolation_level=None)
        # A cache of one import: when the machine stops, the import begins anew.
        self._rows.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;"
            "CREATE TABLE told (row INTEGER PRIMARY KEY, id TEXT, number TEXT, cells TEXT);"
        )
        self._next: list[tuple[int, str, str, str]] = []

    def __enter__(self) -> "Waiting":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget all rows."""
        with contextlib.suppress(sqlite3.Error):
            self._rows.close()
        self._folder.cleanup()

    def add(self, row: int, cells: Cells) -> None:
        """Let a row wait. It belongs to the order of its number, or of its id when it has no number."""
        told = (row, cells.get("id", ""), cells.get("number", ""), json.dumps(cells))
        self._next.append(told)
        if len(self._next) >= AT_ONCE:
            self._write()

    def _write(self) -> None:
        self._rows.executemany("INSERT INTO told VALUES (?, ?, ?, ?)", self._next)
        self._next.clear()

    def orders(self) -> Iterator[list[tuple[int, Cells]]]:
        """The rows of each order together, orders as they first appear, rows as they stand."""
        self._write()
        self._rows.executescript(
            """
            CREATE INDEX by_id ON told (id, number);
            UPDATE told SET number = coalesce(
                (SELECT max(number) FROM told AS other WHERE other.id = told.id AND other.number != ''), '=' || id)
            WHERE number = '';
            CREATE INDEX by_number ON told (number, row);
            """
        )
        found = self._rows.execute(
            """SELECT first, told.row, cells FROM told
               JOIN (SELECT number, min(row) AS first FROM told GROUP BY number) USING (number)
               ORDER BY first, told.row"""
        )
        for _, rows in groupby(found, key=lambda told: told[0]):
            yield [(row, json.loads(cells)) for _, row, cells in rows]
