"""A mail server that keeps what it is given, for stories that end in a mailbox."""

import asyncio
import threading

from aiosmtpd.smtp import SMTP

from sportello.channels.email.tests.servers import Loop


class Postbox(Loop):
    """`with Postbox() as postbox:` and then `postbox.mails`. At `waits_at` (a command) it never answers, once."""

    def __init__(self, waits_at: str = ""):
        self.waits_at = waits_at
        self.asked = threading.Event()
        self.arrived = threading.Event()
        self.mails: list[bytes] = []

    async def serve(self, stack) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", 0)
        stack.callback(server.close)
        self.port = server.sockets[0].getsockname()[1]

    @property
    def settings(self) -> dict:
        """What an inbox needs to send through this server."""
        return {"smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_security": "none"}

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        await self._wait("MAIL")
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope.content)
        self.arrived.set()
        await self._wait("DATA")
        return "250 OK"

    async def _wait(self, command: str) -> None:
        if command == self.waits_at:
            self.waits_at = ""
            self.asked.set()
            await asyncio.Event().wait()
