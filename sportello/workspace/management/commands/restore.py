from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sportello.workspace.backups.databases import CannotCopy
from sportello.workspace.backups.restoring import CannotRestore, restore


class Command(BaseCommand):
    help = "Put back what `sportello backup` wrote. Sportello must not be running meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="replace what is here (it is set aside first)")

    def handle(self, *args, file: Path, force: bool, **options):
        try:
            made, notes = restore(file, force=force)
        except (CannotRestore, CannotCopy, OSError) as e:
            raise CommandError(str(e)) from e
        for note in notes:
            self.stdout.write(note)
        self.stdout.write(f"Restored: everything as it was at {made.made_at}.")
