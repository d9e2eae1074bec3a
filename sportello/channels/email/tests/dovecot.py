"""Dovecot as many shops run it, for tests: one account, on a free port, as a user who is not root."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .servers import PASSWORD, USER

BINARY = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{home}/mail
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}
}}
"""


class Dovecot:
    """`with Dovecot() as server: server.put(raw)`."""

    def __enter__(self):
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-"))
        # It refuses to be root.
        account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        group = grp.getgrgid(account.pw_gid).gr_name
        values = {"home": self.home, "user": account.pw_name, "group": group, "port": self.port, "password": PASSWORD}
        (self.home / "dovecot.conf").write_text(CONFIG.format(**values))
        as_whom = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        if as_whom:
            os.chown(self.home, account.pw_uid, account.pw_gid)
        self.home.chmod(0o755)
        command = [BINARY, "-F", "-c", str(self.home / "dovecot.conf")]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, cwd="/", **as_whom)
        self._wait()
        return self

    def _wait(self) -> None:
        for _ in range(100):
            if self.process.poll() is not None:
                raise AssertionError(self.process.stderr.read().decode())
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.home / "log").read_text())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.process.stderr.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        return client

    def put(self, raw: bytes, folder: str = "INBOX") -> None:
        """Deliver a mail."""
        with self._client() as client:
            client.create(folder)
            assert client.append(folder, None, None, raw)[0] == "OK"

    def flags(self) -> bytes:
        """What INBOX says of its mails."""
        with self._client() as client:
            client.select(readonly=True)
            return b" ".join(client.fetch("1:*", "(FLAGS)")[1])

    @property
    def settings(self) -> dict:
        return {
            "imap_host": "127.0.0.1",
            "imap_port": self.port,
            "imap_security": "none",
            "imap_password": PASSWORD,
            "address": USER,
            "since": "",
        }
