"""Real mail servers for tests, on loopback and free ports: pymap for IMAP, and TLS as localhost."""

import asyncio
import ssl
import threading
from argparse import Namespace
from concurrent.futures import Future
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import DictBackend
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.mailbox import MailboxSnapshot
from pymap.parsing.message import AppendMessage

USER, PASSWORD = "info@shop.example", "segretissima"


def mail(number: int | str = 1, *, body: str = "Buongiorno", headers: str = "") -> bytes:
    """A small mail from Giulia, with CRLF."""
    return (
        f"From: Giulia Ferraris <giulia@posta.example>\r\nTo: info@shop.example\r\nSubject: Mail {number}\r\n"
        f"Message-ID: <{number}@posta.example>\r\n{headers}\r\n{body} {number}\r\n"
    ).encode()


class Loop:
    """An event loop in a thread of its own, for as long as the `with` lasts."""

    def __enter__(self):
        self._stop: asyncio.Event
        started: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main(started)), daemon=True)
        self._thread.start()
        started.result(10)
        return self

    async def _main(self, started: "Future[None]") -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with AsyncExitStack() as stack:
                await self.serve(stack)
                started.set_result(None)
                await self._stop.wait()
        except BaseException as error:
            if not started.done():
                started.set_exception(error)
            raise

    async def serve(self, stack: AsyncExitStack) -> None:
        raise NotImplementedError

    def call(self, coroutine):
        """Run this in the loop and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)


class ImapServer(Loop):
    """pymap with one account, in memory: `with ImapServer() as server: server.put(raw)`."""

    def __init__(self, *, tls: bool = False, idle: bool = True):
        self._tls, self._idle = tls, idle

    async def serve(self, stack: AsyncExitStack) -> None:
        args = Namespace(
            host="127.0.0.1", port=0, debug=False, cert=None, key=None, tls=self._tls, passlib_cfg=None,
            proxy_protocol=None, demo_data=False, demo_user=USER, demo_password=PASSWORD,
        )  # fmt: skip
        backend, config = await DictBackend.init(
            args, ssl_context=server_context() if self._tls else None, disable_idle=not self._idle
        )
        config.apply_context()
        self.config, self.boxes = config, MailboxSet()
        config.set_cache[USER] = (self.boxes, FilterSet())
        self._server = IMAPServer(backend.login, config)
        self._lines: set[asyncio.StreamWriter] = set()
        server = await asyncio.start_server(self._serve_one, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        stack.push_async_callback(self._close, server)

    async def _serve_one(self, reader, writer) -> None:
        self._lines.add(writer)
        try:
            await self._server(reader, writer, SocketInfoLocal(writer))
        finally:
            self._lines.discard(writer)

    async def _close(self, server) -> None:
        server.close()
        await self._hang_up()

    async def _hang_up(self) -> None:
        for writer in list(self._lines):
            writer.transport.abort()

    def hang_up(self) -> None:
        """Drop every line, without a word."""
        self.call(self._hang_up())

    @property
    def lines(self) -> int:
        """How many are connected."""
        return len(self._lines)

    def put(self, raw: bytes, folder: str = "INBOX", *, at: datetime | None = None) -> None:
        """Deliver a mail, as of now or of `at`."""
        self.call(self._put(raw, folder, at or datetime.now(UTC)))

    async def _put(self, raw: bytes, folder: str, at: datetime) -> None:
        if folder not in {entry.name for entry in (await self.boxes.list_mailboxes()).list()}:
            await self.boxes.add_mailbox(folder)
        box = await self.boxes.get_mailbox(folder)
        await box.append(AppendMessage(raw, at, frozenset()), recent=True)

    def remove(self, uid: int) -> None:
        """Delete a mail, as another program would."""

        async def remove():
            await (await self.boxes.get_mailbox("INBOX")).delete([uid])

        self.call(remove())

    def renumber(self) -> None:
        """Change UIDVALIDITY, as after a restore."""

        async def renumber():
            (await self.boxes.get_mailbox("INBOX"))._uid_validity = MailboxSnapshot.new_uid_validity() + 1

        self.call(renumber())

    def flags(self) -> set:
        """All flags of all mails in INBOX."""

        async def flags():
            box = await self.boxes.get_mailbox("INBOX")
            return {flag for message in [m async for m in box.messages()] for flag in message.permanent_flags}

        return self.call(flags())

    @property
    def settings(self) -> dict:
        """What an inbox needs to read this account."""
        return {
            "imap_host": "localhost" if self._tls else "127.0.0.1",
            "imap_port": self.port,
            "imap_security": "starttls" if self._tls else "none",
            "imap_password": PASSWORD,
            "address": USER,
            **({"certificate": certificate()[0].read_text()} if self._tls else {}),
        }


@cache
def certificate() -> tuple[Path, Path]:
    """A certificate for localhost and its key, made once per run."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = Path(mkdtemp(prefix="sportello-tls-"))
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


def server_context() -> ssl.SSLContext:
    """TLS as localhost, which nobody trusts unless told to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate())
    return context
