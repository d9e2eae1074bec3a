"""`sportello serve`, `sportello work`, `sportello inspect`, …: every command is a Django management command."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sportello.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["sportello", *sys.argv[1:]])


if __name__ == "__main__":
    main()
