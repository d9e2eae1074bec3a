"""Run the benches and print one table. See `bin/bench --help`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules

from .rows import Row

ROOT = Path(__file__).parent.parent
NOT_BENCHES = {"__main__", "constant", "empty", "load", "one", "rows", "tasks"}
HEADS = ("figure", "database", "value", "p50", "p95", "limit", "ratio", "promise", "")


def main() -> None:
    names = sorted(
        module.name for module in iter_modules([str(Path(__file__).parent)]) if module.name not in NOT_BENCHES
    )
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[*names, []], help=f"which: {', '.join(names)} (default: all)")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="on one database only")
    parser.add_argument("--quick", action="store_true", help="less work, rougher figures")
    options = parser.parse_args()
    results = [result for name in options.name or names for result in run(name, options.only, options.quick)]
    print_table(results)
    sys.exit(any(row.kept is False for _, row in results))


def run(name: str, only: str | None, quick: bool) -> Iterator[tuple[str, Row]]:
    """Run one bench on the databases there are; yield each row with the name of its database."""
    for database in [only] if only else ["sqlite", "postgresql"]:
        if (
            database == "postgresql"
            and subprocess.run([ROOT / "bin/services", "have", database], check=False).returncode
        ):
            print(f"{name}: PostgreSQL is not installed (bin/services install): left out", file=sys.stderr)
            continue
        print(f"{name} on {database} …", file=sys.stderr, flush=True)
        for fields in _measure(name, database, quick):
            yield database, Row(**fields)


def _measure(name: str, database: str, quick: bool) -> list[dict]:
    with tempfile.TemporaryDirectory(prefix="sportello-bench.") as folder:
        answer = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "bench.one", name, str(answer), "quick" if quick else "full"]
        environment = {**os.environ, "SPORTELLO_DATA": folder, "PYTHONPATH": str(ROOT), "DURABLE": "1"}
        environment.pop("DATABASE_URL", None)
        if database == "postgresql":
            command = [str(ROOT / "bin/services"), "with", "postgresql", "--", *command]
        subprocess.run(command, env=environment, cwd=ROOT, check=True)
        return json.loads(answer.read_text())


def print_table(results: list[tuple[str, Row]]) -> None:
    lines = [HEADS, *(cells(database, row) for database, row in results)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADS))]
    for line in lines:
        print(
            "  ".join(
                cell.ljust(w) if n < 2 else cell.rjust(w) for n, (cell, w) in enumerate(zip(line, widths, strict=True))
            )
        )


def cells(database: str, row: Row) -> tuple[str, ...]:
    def number(value: float | None, unit: str = "") -> str:
        return (
            ""
            if value is None
            else f"{value:,.0f}{unit}"
            if abs(value) >= 100 or value == int(value)
            else f"{value:.3g}{unit}"
        )

    unit = row.unit if row.unit == "/s" else f" {row.unit}"
    verdict = {True: "kept", False: "BROKEN", None: ""}[row.kept]
    return (
        row.figure, database, number(row.value, unit), number(row.p50, " ms"), number(row.p95, " ms"),
        number(row.limit, unit), number(row.ratio), number(row.promise, unit), verdict,
    )  # fmt: skip


if __name__ == "__main__":
    main()
