"""Mail out: one message handed to a server, with no doubt left about who is answerable for it.

before the last dot     whatever happens, it did not leave: tried again, or told why not
the last dot            `handing_over()` is called right before it
after it                250: it left. 4xx, 5xx: it did not. Anything else, silence too: nobody knows
"""

import base64
import contextlib
import re
import smtplib
import time
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from sportello.lib import net

from .. import base
from .compose import ascii_address, compose
from .server import PATIENCE, Server, explain, is_for_good, words_of

# Seconds: all of it until the last dot, and the answer to that.
LIMIT = 300.0
LAST_ANSWER = 300.0
GOODBYE = 5.0
CHUNK = 64 * 1024
MIB = 1024 * 1024


class NotSignedIn(base.NotDelivered):
    """The server does not know us, or not any more."""


class Line(smtplib.SMTP):
    """smtplib over a line of our own: guarded, and never slower than the time that is left."""

    def __init__(self, server: Server):
        self._server = server
        self.until = time.monotonic() + LIMIT
        name = urlsplit(settings.PUBLIC_URL).hostname or ""
        super().__init__(local_hostname=name if "." in name else "[127.0.0.1]")
        self._host = server.host
        code, words = self.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)

    def _get_socket(self, host, port, timeout):
        return self._server.connect()

    def send(self, s) -> None:
        self.hurry()
        super().send(s)

    def getreply(self):
        self.hurry()
        return super().getreply()

    def __exit__(self, failure, *args) -> None:
        """Say goodbye, but not in the middle of a mail: that goodbye would become a part of it."""
        if failure is None:
            with contextlib.suppress(smtplib.SMTPException, OSError, ValueError):
                self.until = time.monotonic() + GOODBYE
                self.quit()
        self.close()

    def hurry(self) -> None:
        """Let no single step last longer than what is left of all of them."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self.sock:
            self.sock.settimeout(min(PATIENCE, left))

    def secure(self) -> None:
        """STARTTLS or nothing: without it the password would be read by everybody on the way."""
        if not self.has_extn("starttls"):
            raise net.Refused(_("{host} offers no STARTTLS: nothing was sent to it.").format(host=self._host))
        code, _words = self.docmd("STARTTLS")
        if code != 220 or not self.sock:
            raise net.Refused(_("{host} refuses STARTTLS: nothing was sent to it.").format(host=self._host))
        if self.sock:
            self.sock = self._server.secure(self.sock)
        # What came before TLS may have been put there by somebody on the way.
        self.file = None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False
        self.ehlo_or_helo_if_needed()


def send(
    server: Server,
    message: base.Outbound,
    *,
    handing_over: Callable[[], None],
    token: Callable[[], str] | None = None,
) -> str:
    """Send it and return its id; raise `NotDelivered`, `PartlyDelivered` or `DeliveryUnknown`."""
    raw = compose(message)
    recipients = list(dict.fromkeys(ascii_address(p.address) for p in (*message.to, *message.cc, *message.bcc)))
    if not recipients:
        raise base.NotDelivered(_("There is nobody to send it to."), permanent=True)
    try:
        with _open(server, token) as line:
            needed = [ascii_address(party.address) for party in message.to]
            refused = _envelope(line, ascii_address(message.sender.address), recipients, needed, len(raw))
            _hand_over(line, raw, handing_over)
    except (smtplib.SMTPException, OSError) as error:
        raise _failure(error, server) from error
    if refused:
        names = "; ".join(f"{address}: {words}" for address, words in refused.items())
        raise base.PartlyDelivered(
            _("It left, but not to everybody. {names}").format(names=names),
            external_id=message.external_id,
            refused=refused,
        )
    return message.external_id


def check(server: Server, token: Callable[[], str] | None = None) -> None:
    """Sign in and hang up; raise `NotDelivered` with the server's words."""
    try:
        with _open(server, token):
            pass
    except (smtplib.SMTPException, OSError) as error:
        raise _failure(error, server) from error


def _open(server: Server, token: Callable[[], str] | None) -> Line:
    access = token() if token else ""
    line = Line(server)
    try:
        line.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            line.secure()
        if access:
            sign = f"user={server.user}\1auth=Bearer {access}\1\1"
            # A second question is the server's complaint: it wants an empty answer, then says no.
            line.auth("XOAUTH2", lambda question=None: "" if question else sign)
        elif server.password:
            _sign_in(line, server)
    except BaseException:
        line.close()
        raise
    return line


def _sign_in(line: Line, server: Server) -> None:
    if (server.user + server.password).isascii():
        line.login(server.user, server.password)
        return
    # smtplib knows only ASCII passwords.
    code, words = line.docmd(
        "AUTH", "PLAIN " + base64.b64encode(f"\0{server.user}\0{server.password}".encode()).decode()
    )
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, words)


def _envelope(line: Line, sender: str, recipients: list[str], needed: list[str], size: int) -> Mapping[str, str]:
    """Name sender and recipients; return those refused for good, with the server's words.

    One who is refused only for now makes all wait, so that trying again repeats it to nobody. When all of `needed`
    (those in To) are refused, it is not sent to the others.
    """
    code, words = line.mail(sender, _options(line, [sender, *recipients], size))
    if code != 250:
        raise smtplib.SMTPResponseException(code, words)
    refused: dict[str, str] = {}
    for recipient in recipients:
        code, words = line.rcpt(recipient)
        if code not in (250, 251):
            refused[recipient] = f"{code} {words_of(words)}"
            if code < 500:
                raise smtplib.SMTPResponseException(code, words)
    if refused and (len(refused) == len(recipients) or all(address in refused for address in needed)):
        raise base.NotDelivered("; ".join(f"{address}: {words}" for address, words in refused.items()), permanent=True)
    return refused


def _options(line: Line, addresses: Iterable[str], size: int) -> list[str]:
    options = []
    if line.has_extn("size"):
        most = int(line.esmtp_features["size"] or 0) if line.esmtp_features["size"].isdigit() else 0
        if 0 < most < size:
            reason = _("With its attachments it is of {size} MB, and {host} takes at most {most}.")
            raise base.NotDelivered(
                reason.format(size=-(-size // MIB), most=most // MIB, host=line._host), permanent=True
            )
        options.append(f"SIZE={size}")
    foreign = [address for address in addresses if not address.isascii()]
    if foreign and not line.has_extn("smtputf8"):
        reason = _("{host} cannot send to addresses like {address}.")
        raise base.NotDelivered(reason.format(host=line._host, address=foreign[0]), permanent=True)
    return [*options, *(["SMTPUTF8", "BODY=8BITMIME"] if foreign else [])]


def _hand_over(line: Line, raw: bytes, handing_over: Callable[[], None]) -> None:
    code, words = line.docmd("DATA")
    if code != 354:
        raise smtplib.SMTPDataError(code, words)
    body = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", raw))
    for start in range(0, len(body), CHUNK):
        line.send(body[start : start + CHUNK])
    handing_over()
    try:
        line.until = time.monotonic() + LAST_ANSWER
        line.send(b".\r\n")
        code, words = line.getreply()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise base.DeliveryUnknown(
            _("{host} took it and then said nothing: it may have left.").format(host=line._host)
        ) from error
    if code // 100 in (4, 5):
        raise smtplib.SMTPDataError(code, words)
    if code // 100 != 2:
        raise base.DeliveryUnknown(
            _("{host} took it and answered something strange: {words}").format(
                host=line._host, words=f"{code} {words_of(words)}"
            )
        )


def _failure(error: Exception, server: Server) -> base.NotDelivered:
    if isinstance(error, smtplib.SMTPResponseException):
        words = f"{error.smtp_code} {words_of(error.smtp_error)}"
        for_good = 500 <= error.smtp_code < 600
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return NotSignedIn(
                _("{host} does not let {user} in: {words}").format(host=server.host, user=server.user, words=words),
                permanent=for_good,
            )
        return base.NotDelivered(
            _("{host} answered: {words}").format(host=server.host, words=words), permanent=for_good
        )
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return base.NotDelivered(explain(error, server), permanent=is_for_good(error))
    broke = _("The line to {host} broke: {words}.")
    sentence = broke if isinstance(error, smtplib.SMTPServerDisconnected) else _("{host}: {words}")
    return base.NotDelivered(sentence.format(host=server.host, words=words_of(error)))
