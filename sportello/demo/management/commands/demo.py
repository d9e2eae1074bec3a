from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sportello.agents.models import Agent
from sportello.channels.models import Inbox
from sportello.demo.logins import DOMAIN
from sportello.demo.prepare.all import prepare
from sportello.jobs.process import migrate


class Command(BaseCommand):
    help = "Fill an empty database with an invented shop and its season. bin/demo does it in a folder of its own."

    def add_arguments(self, parser):
        parser.add_argument("--conversations", type=int, default=3000, help="about how many (default 3000)")

    def handle(self, *args, conversations, **options):
        if not settings.DEMO:
            raise CommandError("This writes invented people into your database. Use bin/demo, or set SPORTELLO_DEMO=1.")
        self.shown = ""
        migrate()
        if not Agent.objects.exists():
            self._prepare(conversations)
        self._connect()

    def _prepare(self, conversations: int) -> None:
        began = timezone.now()
        prepare(now=began, conversations=conversations, outgoing=outgoing(), say=self._say)
        self.stdout.write(f"Prepared in {(timezone.now() - began).seconds} seconds.")

    def _connect(self) -> None:
        """The shop's mail leaves through the demo's mail server, wherever that listens today."""
        for inbox in Inbox.objects.filter(kind="email", address__endswith=f"@{DOMAIN}"):
            inbox.settings = {**inbox.settings, **outgoing()}
            inbox.save(update_fields=["settings"])

    def _say(self, percent: int, words: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{percent:3d} % {words:<48}", ending="\n" if percent == 100 else "")
        elif words != self.shown:
            self.stdout.write(f"{percent:3d} % {words}")
        self.shown = words
        self.stdout.flush()


def outgoing() -> dict[str, object]:
    return {"smtp_host": "127.0.0.1", "smtp_port": settings.DEMO_MAIL_PORT, "smtp_security": "none"}
