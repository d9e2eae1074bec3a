"""A mail server as a shopkeeper described it, the line to it, and what goes wrong with lines in words for people."""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from sportello.lib import net

# Seconds that one answer may take.
PATIENCE = 60.0
CONNECT = 20.0

_SENTENCES: list[tuple[type[OSError], Any]] = [
    (ssl.SSLCertVerificationError, _("The certificate of {host} is not trusted: {words}.")),
    (ssl.SSLError, _("{host} does not speak TLS as expected on port {port}: {words}.")),
    (socket.gaierror, _("No server is called {host}.")),
    (TimeoutError, _("{host} does not answer on port {port}.")),
    (ConnectionRefusedError, _("{host} refuses connections on port {port}.")),
    (OSError, _("The line to {host} broke: {words}.")),
]


@dataclass(frozen=True)
class Server:
    """`security` is "tls" (from the first byte), "starttls", or "none" (only on this machine)."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)

    def context(self) -> ssl.SSLContext:
        """Who is trusted: the certificates of this system, and the one the shopkeeper gave, if any."""
        context = ssl.create_default_context()
        if self.certificate:
            context.load_verify_locations(cadata=self.certificate)
        return context

    def connect(self) -> socket.socket:
        """Return an open line, with TLS when it is there from the first byte; raise `OSError`."""
        line = net.connect(self.host, self.port, timeout=CONNECT, mail=True)
        try:
            if self.security == "none" and not net.is_loopback(line):
                raise net.Refused(str(_("Without TLS only a server on this same machine is used.")))
            line.settimeout(PATIENCE)
            return self.secure(line) if self.security == "tls" else line
        except BaseException:
            line.close()
            raise

    def secure(self, line: socket.socket) -> ssl.SSLSocket:
        """Start TLS on an open line."""
        return self.context().wrap_socket(line, server_hostname=self.host)


def server_of(settings: Mapping[str, Any], kind: str) -> Server:
    """Return the "imap" or "smtp" server of an inbox's settings. Its user is the address unless another is given."""
    access = "imap" if kind == "smtp" and settings.get("smtp_sign_in") == "same" else kind
    nobody = kind == "smtp" and settings.get("smtp_sign_in") == "none"
    return Server(
        host=settings.get(f"{kind}_host", ""),
        port=int(settings.get(f"{kind}_port") or 0),
        security=settings.get(f"{kind}_security") or "tls",
        user=settings.get(f"{access}_user") or settings.get("address", ""),
        password="" if nobody else settings.get(f"{access}_password", ""),
        certificate=settings.get("certificate", ""),
    )


def explain(error: OSError, server: Server) -> str:
    """Return what went wrong with the line, as a sentence a person can act on."""
    if isinstance(error, net.Refused):
        return str(error)
    sentence = next(sentence for kind, sentence in _SENTENCES if isinstance(error, kind))
    words = getattr(error, "verify_message", "") or getattr(error, "reason", "") or error.strerror or error
    return str(sentence).format(host=server.host, port=server.port, words=words)


def is_for_good(error: OSError) -> bool:
    """Whether only a change of the settings can help: nothing that a server's bad day could cause."""
    return isinstance(error, (ssl.SSLCertVerificationError, net.Refused))


def words_of(answer: object) -> str:
    """Return what a server said, printable and not longer than a sentence or two."""
    if isinstance(answer, (list, tuple)):
        return " ".join(filter(None, map(words_of, answer)))[:300]
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer or "")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
