"""Servers with bad manners, on loopback and free ports: they answer what a test likes, and remember what they heard."""

import re
import socketserver
import threading

from .servers import PASSWORD, USER, certificate, server_context


class _Odd(socketserver.ThreadingTCPServer):
    """One that serves for as long as the `with` lasts."""

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class OddImap(_Odd):
    """A small IMAP server with bad manners: `mails` by UID, and what to do instead of giving one of them.

    `odd`: UID → the bytes of the answer, "NO …" to refuse, or None to hang up. `greeting`, `capabilities`, `answers`
    (the beginning of a command → the whole answer, where TAG stands for its tag) as the test likes. `said`: what came.
    """

    def __init__(self, mails=(), *, odd=None, sizes=None, idle=True, answers=None, greeting="* OK ready"):
        self.mails, self.odd, self.sizes, self.answers = dict(mails), odd or {}, sizes or {}, answers or {}
        self.capabilities, self.greeting = "IMAP4rev1" + (" IDLE" if idle else ""), greeting
        self.said: list[str] = []
        self.refuses_tokens = False
        super().__init__(("127.0.0.1", 0), _OddLine)

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


class OddSmtp(_Odd):
    """A small SMTP server that does what the test likes: `answers` maps the beginning of a command, or "." for the
    end of the mail, to an answer, to None (hang up) or to SILENCE. `mails`: what it accepted; `said`: what it heard.
    """

    def __init__(self, answers=None, *, features=("8BITMIME",), greeting="220 ready", tls=False):
        self.answers, self.features, self.greeting, self.tls = answers or {}, features, greeting, tls
        self.said: list[str] = []
        self.mails: list[bytes] = []
        self.refuses_tokens = False
        super().__init__(("127.0.0.1", 0), _OddSmtpLine)

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
