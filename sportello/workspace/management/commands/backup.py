from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sportello.workspace.backups.databases import CannotCopy
from sportello.workspace.backups.making import backup


class Command(BaseCommand):
    help = "Write database, files and key to one file, as of one moment, while everything goes on."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="where to, e.g. /backup/sportello.tar.gz; replaced only when whole")

    def handle(self, *args, file: Path, **options):
        try:
            made = backup(file)
        except (CannotCopy, OSError) as e:
            raise CommandError(f"No backup was made: {e}") from e
        self.stdout.write(f"{file}: {file.stat().st_size / 1e6:,.1f} MB, of {made.made_at}.")
        if made.key:
            self.stdout.write(
                "The key lies in it: whoever has this file can read everything. Keep it as you keep the key."
            )
        else:
            self.stdout.write("The key does not lie in it: keep SPORTELLO_SECRET_KEY somewhere else.")
        if not made.files:
            self.stdout.write("Attachments are kept in an object store and do not lie in it.")
