"""imaplib over a line of our own: guarded, bounded in memory, and deaf to nothing that comes early while idling."""

import contextlib
import imaplib
import select
import socket
import ssl
import time
from collections.abc import Callable

from django.utils.translation import gettext as _
from imap_tools.mailbox import BaseMailBox

from sportello.lib import net

from .server import Server

LONGEST_LINE = 16 * 1024 * 1024
# One mail of the largest size we take, and what a server may be wrong about it.
LARGEST_LITERAL = 68 * 1024 * 1024
CHUNK = 256 * 1024
LOOK_UP = 1.0


class Wire(imaplib.IMAP4):
    """The overridable methods of imaplib, without the file object that hides what has already arrived."""

    def __init__(self, server: Server):
        self._server = server
        self._arrived = bytearray()
        super().__init__(server.host, server.port)
        if server.security == "starttls":
            self.starttls()

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        self.sock = self._server.connect()

    def starttls(self, ssl_context=None):
        """Refuse what came before TLS: it may have been put there by somebody on the way."""
        if "STARTTLS" not in self.capabilities:
            raise net.Refused(_("{host} offers no STARTTLS: nothing was sent to it.").format(host=self.host))
        answer = self._simple_command("STARTTLS")
        if answer[0] != "OK" or self._arrived:
            raise net.Refused(_("{host} refuses STARTTLS: nothing was sent to it.").format(host=self.host))
        self.sock = self._server.secure(self.sock)
        self._tls_established = True
        self._get_capabilities()
        return answer

    def read(self, size: int) -> bytes:
        if size > LARGEST_LITERAL:
            raise self.abort(f"a mail of {size} bytes was announced")
        while len(self._arrived) < size:
            self._take()
        return self._give(size)

    def readline(self) -> bytes:
        seen = 0
        while (end := self._arrived.find(b"\n", seen)) < 0:
            seen = len(self._arrived)
            if seen > LONGEST_LINE:
                raise self.abort("a line without end")
            self._take()
        return self._give(end + 1)

    def send(self, data) -> None:
        self.sock.sendall(data)

    def shutdown(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.close()

    def socket(self) -> socket.socket:
        return self.sock

    def ready(self, seconds: float) -> bool:
        """Wait until there is something to read, what has already arrived included."""
        if self._arrived or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
            return True
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _take(self) -> None:
        data = self.sock.recv(CHUNK)
        if not data:
            raise self.abort("the server closed the line")
        self._arrived += data

    def _give(self, size: int) -> bytes:
        given = bytes(memoryview(self._arrived)[:size])
        del self._arrived[:size]
        return given


class Mailbox(BaseMailBox):
    """imap_tools over our wire."""

    def __init__(self, server: Server):
        self._server = server
        super().__init__()

    def _get_mailbox_client(self) -> Wire:
        return Wire(self._server)

    def can(self, capability: str) -> bool:
        """Whether the server said so."""
        return capability in self.client.capabilities

    def listen(self, seconds: float, cancelled: Callable[[], bool]) -> None:
        """IDLE until the folder grows, `seconds` are over, or it is cancelled.

        Not by imap_tools, which takes news that comes before the "go on" for an error, and misses what is buffered.
        """
        tag = self.client._command("IDLE")
        while self.client._get_response() is not None:
            if self.client.tagged_commands[tag]:
                raise self.client.abort(f"IDLE: {self.client.tagged_commands.pop(tag)}")
        until = time.monotonic() + seconds
        while not self._has_grown() and not cancelled() and (left := until - time.monotonic()) > 0:
            if self.client.ready(min(LOOK_UP, left)):
                self.client._get_response()
                self.client._check_bye()
        self.client.send(b"DONE\r\n")
        self.client._command_complete("IDLE", tag)

    def _has_grown(self) -> bool:
        """Whether the server told the number of mails again since the folder was opened, in whatever answer."""
        return len(self.client.untagged_responses.get("EXISTS", ())) > 1

    def hang_up(self) -> None:
        """Say goodbye if the line still stands; never raises."""
        with contextlib.suppress(Exception):
            self.client.sock.settimeout(LOOK_UP)
            self.client.logout()
        self.client.shutdown()
