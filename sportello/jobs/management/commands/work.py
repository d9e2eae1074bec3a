from django.core.management.base import BaseCommand, CommandError

from sportello.jobs.process import RESTORING, in_use, keep_small, migrate, told_to_stop, working


class Command(BaseCommand):
    help = "Run jobs and services, without serving pages. Any number of these may run beside `sportello serve`."

    def add_arguments(self, parser):
        parser.add_argument("--threads", type=int, default=4, help="jobs that run at once (default 4)")
        parser.add_argument("--no-services", action="store_true", help="jobs only: services run on another machine")

    def handle(self, *args, threads, no_services, **options):
        keep_small()
        stop = told_to_stop()
        with in_use() as may:
            if not may:
                raise CommandError(RESTORING)
            migrate()
            with working(threads=threads, with_services=not no_services):
                self.stdout.write("Working. Ctrl-C or SIGTERM ends it; what runs may finish.")
                self.stdout.flush()
                stop.wait()
