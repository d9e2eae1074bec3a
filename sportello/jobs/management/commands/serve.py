import socket
from contextlib import nullcontext

import uvicorn
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from sportello.jobs.process import RESTORING, in_use, keep_small, migrate, told_to_stop, working


class Command(BaseCommand):
    help = "Serve the desk: web pages, jobs and services in one process. Brings the tables up to date first."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000; 0: any free one)")
        parser.add_argument("--threads", type=int, default=4, help="jobs that run at once (default 4)")
        parser.add_argument("--no-work", action="store_true", help="pages only: `sportello work` runs beside it")
        parser.add_argument("--no-services", action="store_true", help="services run on another machine")

    def handle(self, *args, host, port, threads, no_work, no_services, **options):
        keep_small()
        stop = told_to_stop()
        listener = listen(host, port)
        with in_use() as may:
            if not may:
                raise CommandError(RESTORING)
            if count := migrate():
                self.stdout.write(f"The database was brought up to date ({count} steps).")
            self.first_run = import_string("sportello.agents.first_run.link")()
            work = nullcontext() if no_work else working(threads=threads, with_services=not no_services)
            with work:
                if not stop.is_set():
                    Server(announce=self._announce).run(sockets=[listener])

    def _announce(self, address: str) -> None:
        self.stdout.write(f"Sportello is ready at {address}")
        if self.first_run:
            self.stdout.write(
                f"Nobody is here yet. Whoever opens this link becomes its administrator: {self.first_run}"
            )
        self.stdout.flush()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to this address; raise `CommandError` with advice if somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as e:
        raise CommandError(f"Cannot listen on {host} port {port}: {e.strerror}. Choose another with --port.") from e


class Server(uvicorn.Server):
    """uvicorn with our two doors, which says when it is ready."""

    def __init__(self, announce) -> None:
        self.announce = announce
        super().__init__(
            uvicorn.Config(
                "sportello.asgi:application",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=65,  # longer than a reverse proxy keeps idle ones: we never close first
                timeout_graceful_shutdown=5,
            )
        )

    async def startup(self, sockets=None):
        await super().startup(sockets)
        host, port = sockets[0].getsockname()[:2]
        self.announce(f"http://{f'[{host}]' if ':' in host else host}:{port}/")

    async def shutdown(self, sockets=None):
        import_string("sportello.asgi.close")()  # streams would keep us waiting
        await super().shutdown(sockets)
