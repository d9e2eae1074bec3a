"""Run one bench in this process: `python -m bench.one NAME ANSWER.json quick|full`, on the database in DATABASE_URL."""

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path


def main(name: str, answer: str, amount: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sportello.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    rows = import_module(f"bench.{name}").bench(quick=amount == "quick")
    Path(answer).write_text(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main(*sys.argv[1:])
