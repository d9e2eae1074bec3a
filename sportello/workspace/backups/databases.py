"""Copy the database to a file as of one moment, and fill it from such a file."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder


class CannotCopy(Exception):
    """The database could not be copied or filled; the text says why and what to do."""


def name_in_archive() -> str:
    """What the copy is called in the archive, which also says what kind it is."""
    return "database.sqlite3" if connection.vendor == "sqlite" else "database.dump"


def copy_to(path: Path) -> None:
    """Write the database as it is at this moment to `path`. Nobody who writes to it has to wait."""
    if connection.vendor == "sqlite":
        _copy_sqlite(path)
    else:
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--file",
            str(path),
            connection.settings_dict["NAME"],
        )


def fill_from(path: Path) -> None:
    """Replace the database by the copy at `path`. Nobody else may be using it."""
    connections.close_all()
    if connection.vendor == "sqlite":
        _check(path)
        for ending in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{ending}").unlink(missing_ok=True)
        os.replace(path, connection.settings_dict["NAME"])
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connections.close_all()
        _run(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--dbname",
            connection.settings_dict["NAME"],
            str(path),
        )


def is_empty() -> bool:
    """Whether no table of ours has been made yet."""
    return not MigrationRecorder(connection).has_table()


def applied() -> list[str]:
    """Which migrations the database has, as "app.name"."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _copy_sqlite(path: Path) -> None:
    # In one step: copied piece by piece it would begin again whenever somebody else wrote.
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    _check(path)


def _check(path: Path) -> None:
    """A backup that cannot be read is none: better to know now."""
    with closing(sqlite3.connect(path)) as copy:
        try:
            verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as e:
            verdict = str(e)
    if verdict != "ok":
        raise CannotCopy(f"The copy of the database is damaged ({verdict}).")


def _run(program: str, *arguments: str) -> None:
    to = connection.settings_dict
    login = {"PGHOST": to["HOST"], "PGPORT": str(to["PORT"] or ""), "PGUSER": to["USER"], "PGPASSWORD": to["PASSWORD"]}
    environment = {**os.environ, **{name: value for name, value in login.items() if value}}
    try:
        command = [program, *arguments]
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as e:
        raise CannotCopy(f"{program} is missing. On Debian and Ubuntu: apt install postgresql-client") from e
    except subprocess.CalledProcessError as e:
        raise CannotCopy(f"{program} failed: {e.stderr.strip()[-500:]}") from e
