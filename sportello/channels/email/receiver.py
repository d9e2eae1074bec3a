"""Mail handed to us by a mail server on this machine, by SMTP or LMTP: taken when it is stored, and never passed on.

Where it goes is asked of `find` at RCPT, and 250 is said only after `keep` has returned. Never a relay: an address
that is none of ours is 550.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from threading import Event as Stop
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

log = structlog.get_logger(__name__)

HOST = "127.0.0.1"
MOST_LINES = 20
# Mails held in memory at once; who comes later waits.
AT_ONCE = 2
# Seconds of silence after which a line is closed.
SILENCE = 60
LONGEST_LINE = 1024 * 1024
MOST_RECIPIENTS = 100
BUSY = b"421 4.3.2 Too many connections, try again later\r\n"
LATER = "452 4.3.1 It could not be stored now, try again later"


class TryLater(Exception):
    """It could not be stored now: the disk is full, the database is locked."""


@dataclass(frozen=True)
class Desk:
    """What the receiver asks of the desk, in threads of its own.

    `find`: an address to its inbox, or None. `keep`: store one mail for one inbox under a key that makes a repeat
    harmless; raise `TryLater`.
    """

    find: Callable[[str], int | None]
    keep: Callable[[int, str, bytes], None]
    largest: int


class Handler:
    """The answers to RCPT and DATA."""

    def __init__(self, desk: Desk):
        self.desk = desk
        self.inboxes: WeakKeyDictionary[Envelope, dict[str, int]] = WeakKeyDictionary()
        self.threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="receiver")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            inbox = await self._ask(self.desk.find, address)
        except TryLater:
            return LATER
        if inbox is None:
            return f"550 5.1.1 <{address}> is none of our addresses"
        envelope.rcpt_tos.append(address)
        self.inboxes.setdefault(envelope, {})[address] = inbox
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = bytes(envelope.original_content or b"")
        answers: dict[int, str] = {}
        inboxes = self.inboxes[envelope]
        for address, inbox in inboxes.items():
            # Twice the same inbox by two of its addresses is once.
            if inbox not in answers:
                answers[inbox] = await self._keep(inbox, address, envelope.mail_from or "", raw)
        told = [answers[inboxes[address]] for address in envelope.rcpt_tos]
        if isinstance(server, LMTP):
            return "\r\n".join(told)
        # SMTP has one answer for all; what is stored already is recognised when it comes again.
        return next((answer for answer in told if not answer.startswith("250")), told[0])

    async def handle_exception(self, error: Exception) -> str:
        log.error("receiver.failed", exc_info=error)
        return "451 4.3.0 Something went wrong, try again later"

    async def _keep(self, inbox: int, address: str, sender: str, raw: bytes) -> str:
        # The key is of what was sent: the same mail sent again after a lost 250 is the same.
        key = hashlib.sha256(raw).hexdigest()
        trace = f"Return-Path: <{sender.strip('<>')}>\r\nDelivered-To: {address}\r\n"
        try:
            await self._ask(self.desk.keep, inbox, key, trace.encode(errors="replace") + raw)
        except TryLater:
            return LATER
        except Exception as error:
            return await self.handle_exception(error)
        return "250 2.0.0 Stored"

    def _ask(self, function: Callable, *args: Any) -> Any:
        return asyncio.get_running_loop().run_in_executor(self.threads, function, *args)


class Line:
    """What SMTP and LMTP have in common here."""

    line_length_limit = LONGEST_LINE
    command_size_limit = 2048

    def __init__(self, handler: Handler, lines: set, room: asyncio.Semaphore):
        self.lines, self.room, self.expected = lines, room, 1
        super().__init__(  # type: ignore[call-arg]
            handler,
            data_size_limit=handler.desk.largest,
            enable_SMTPUTF8=True,
            hostname="sportello",
            ident="ready",
            timeout=SILENCE,
            command_call_limit={"*": 1000},
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.lines.add(self)
        super().connection_made(transport)  # type: ignore[misc]

    def connection_lost(self, error: Exception | None) -> None:
        self.lines.discard(self)
        super().connection_lost(error)  # type: ignore[misc]


class SmtpLine(Line, SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        async with self.room:
            await super().smtp_DATA(arg)


class LmtpLine(Line, LMTP):
    async def smtp_DATA(self, arg: str) -> None:
        async with self.room:
            self.expected = len(self.envelope.rcpt_tos) if self.envelope else 1
            await super().smtp_DATA(arg)
            self.expected = 1

    async def push(self, status: Any) -> None:
        """After DATA there is one answer for each recipient, also when the mail as a whole is refused."""
        if self.expected > 1 and isinstance(status, str) and status[:3] in ("500", "552", "451") and "\r" not in status:
            status = "\r\n".join([status] * self.expected)
        await super().push(status)


class Full(asyncio.Protocol):
    """The answer to one connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(BUSY)  # type: ignore[attr-defined]
        transport.close()


async def serve(desk: Desk, ports: Iterable[tuple[type[Line], int]], stop: Stop, ready: Callable = lambda *_: None):
    """Listen on this machine until `stop`; `ready` is told the ports (0 takes a free one)."""
    handler, lines, room = Handler(desk), set[Line](), asyncio.Semaphore(AT_ONCE)

    def answer_with(kind: type[Line]) -> Callable[[], asyncio.BaseProtocol]:
        return lambda: Full() if len(lines) >= MOST_LINES else kind(handler, lines, room)  # type: ignore[return-value]

    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(await loop.create_server(answer_with(kind), HOST, port))
            for kind, port in ports
        ]
        ready([server.sockets[0].getsockname()[1] for server in servers])
        while not stop.is_set():
            await asyncio.sleep(0.2)
        for line in list(lines):
            if transport := getattr(line, "transport", None):
                transport.abort()
    handler.threads.shutdown(wait=True)
