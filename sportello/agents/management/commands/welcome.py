"""Print the link that opens a fresh desk."""

from django.core.management.base import BaseCommand

from sportello.agents import first_run


class Command(BaseCommand):
    help = "Print the link to the first run of a fresh desk."

    def handle(self, *args, **options):
        link = first_run.link()
        self.stdout.write(link or "The first run is over: people come in by invitation (Settings, People).")
