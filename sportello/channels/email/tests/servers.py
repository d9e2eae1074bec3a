"""Real mail servers for tests, on loopback and free ports: pymap for IMAP, aiosmtpd for SMTP, and ill-mannered ones."""

import asyncio
import re
import socketserver
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


class OddImap(socketserver.ThreadingTCPServer):
    """A small IMAP server with bad manners: `mails` by UID, and what to do instead of giving one of them.

    `odd`: UID → the bytes of the answer, "NO …" to refuse, or None to hang up. `greeting`, `capabilities`, `answers`
    (the beginning of a command → the whole answer, where TAG stands for its tag) as the test likes. `said`: what came.
    """

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self, mails=(), *, odd=None, sizes=None, idle=True, answers=None, greeting="* OK ready"):
        self.mails, self.odd, self.sizes, self.answers = dict(mails), odd or {}, sizes or {}, answers or {}
        self.capabilities, self.greeting = "IMAP4rev1" + (" IDLE" if idle else ""), greeting
        self.said: list[str] = []
        self.refuses_tokens = False
        super().__init__(("127.0.0.1", 0), _OddLine)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    @property
    def settings(self) -> dict:
        return {
            "imap_host": "127.0.0.1",
            "imap_port": self.server_address[1],
            "imap_security": "none",
            "imap_password": PASSWORD,
            "address": USER,
            "since": "",
        }


class _OddLine(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        self.say(self.server.greeting)
        while line := self.rfile.readline().decode().strip():
            self.server.said.append(line)
            tag, _, command = line.partition(" ")
            if self.answer(tag, command) is False:
                return

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n" if isinstance(text, str) else text)

    def answer(self, tag, command):
        server = self.server
        for start, answer in server.answers.items():
            if command.startswith(start):
                self.idling = tag if command == "IDLE" else ""
                return answer is not None and self.say(answer.replace("TAG", tag))
        if tag == "DONE":
            return self.say(f"{self.idling} OK done")
        if command == "CAPABILITY":
            self.say(f"* CAPABILITY {server.capabilities}")
        elif command.startswith("EXAMINE"):
            self.say(f"* {len(server.mails)} EXISTS\r\n* OK [UIDVALIDITY 7] numbered")
        elif command.startswith("UID SEARCH"):
            after = int(re.search(r"UID (\d+):\*", command)[1])
            uids = [u for u in server.mails if u >= after] or [max(server.mails, default=0)]
            self.say("* SEARCH " + " ".join(map(str, uids)))
        elif found := re.match(r"UID FETCH ([\d,]+) \(UID (\S+)\)", command):
            return self.fetch(tag, [int(uid) for uid in found[1].split(",")], found[2])
        elif command == "IDLE":
            return self.idle(tag)
        elif command == "AUTHENTICATE XOAUTH2":
            return self.sign_in(tag)
        self.say(f"{tag} OK done")
        return command != "LOGOUT"

    def fetch(self, tag, uids, what):
        for uid in uids:
            body = self.server.mails.get(uid)
            if body is None:
                continue
            odd = self.server.odd.get(uid, b"") if what.startswith("BODY.PEEK[]") else b""
            if what == "RFC822.SIZE":
                self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {self.server.sizes.get(uid, len(body))})")
            elif odd is None:
                self.say(b"* %d FETCH (UID %d BODY[] {%d}\r\n%s" % (uid, uid, len(body), body[: len(body) // 2]))
                return False
            elif isinstance(odd, str):
                self.say(f"{tag} {odd}")
                return True
            elif odd:
                self.say(odd)
            else:
                self.say(b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(body), body))
        self.say(f"{tag} OK done")
        return True

    def sign_in(self, tag):
        """Any token will do, unless the server refuses them all: then it complains first, and wants an empty line."""
        self.say("+ ")
        self.server.said.append(self.rfile.readline().decode().strip())
        if self.server.refuses_tokens:
            self.say("+ eyJzdGF0dXMiOiI0MDAifQ==")
            assert self.rfile.readline() == b"\r\n"
            return self.say(f"{tag} NO [AUTHENTICATIONFAILED] token not accepted")
        return self.say(f"{tag} OK welcome")

    def idle(self, tag):
        self.say("+ idling")
        return self.rfile.readline().strip() == b"DONE" and self.say(f"{tag} OK done")


SILENCE = object()


class OddSmtp(socketserver.ThreadingTCPServer):
    """A small SMTP server that does what the test likes: `answers` maps the beginning of a command, or "." for the
    end of the mail, to an answer, to None (hang up) or to SILENCE. `mails`: what it accepted; `said`: what it heard.
    """

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self, answers=None, *, features=("8BITMIME",), greeting="220 ready", tls=False):
        self.answers, self.features, self.greeting, self.tls = answers or {}, features, greeting, tls
        self.said: list[str] = []
        self.mails: list[bytes] = []
        self.refuses_tokens = False
        super().__init__(("127.0.0.1", 0), _OddSmtpLine)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    @property
    def settings(self) -> dict:
        return {
            "smtp_host": "localhost" if self.tls else "127.0.0.1",
            "smtp_port": self.server_address[1],
            "smtp_security": "starttls" if self.tls else "none",
            "address": USER,
            **({"certificate": certificate()[0].read_text()} if self.tls else {}),
        }


class _OddSmtpLine(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        self.secure = False
        self.say(self.server.greeting)
        while line := self.rfile.readline():
            verb, space, rest = line.decode().strip().partition(" ")
            command = verb.upper() + space + rest
            self.server.said.append(command)
            if not self.answer(command) or command == "QUIT":
                return

    def say(self, answer):
        """False when that is to hang up."""
        if answer is SILENCE:
            self.rfile.read()
        if answer is None or answer is SILENCE:
            return False
        self.wfile.write(answer.encode() + b"\r\n")
        return True

    def answer(self, command):
        told = next((a for start, a in self.server.answers.items() if command.startswith(start)), "")
        if told != "":
            return self.say(told)
        if command.startswith("EHLO"):
            features = ["me", *self.server.features, *(["STARTTLS"] if self.server.tls and not self.secure else [])]
            return self.say("\r\n".join(f"250{'- '[f == features[-1]]}{f}" for f in features))
        if command.startswith("AUTH") and self.server.refuses_tokens:
            self.say("334 eyJzdGF0dXMiOiI0MDAifQ==")
            assert self.rfile.readline() == b"\r\n"
            return self.say("535 5.7.8 token not accepted")
        if command.startswith("AUTH"):
            return self.say("235 welcome")
        if command == "STARTTLS":
            self.say("220 go on")
            self.request = server_context().wrap_socket(self.request, server_side=True)
            self.secure = True
            self.setup()
            return True
        return self.data() if command == "DATA" else self.say("250 fine")

    def data(self):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if not line:
            return False
        told = self.server.answers.get(".", "250 taken")
        if told and told is not SILENCE and told.startswith("250"):
            self.server.mails.append(b"".join(lines))
        return self.say(told)
