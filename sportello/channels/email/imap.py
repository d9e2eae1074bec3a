"""Mail in: one folder of one account, read by UID and never changed.

The cursor is {"source", "uidvalidity", "uid", "skipped"}: which folder, its numbering, the last mail read, and those
that the server could not give. Neither \\Seen nor a date decides what is new. When the numbering changes, everything
since the inbox was connected is read again: keys are hashes of the raw mail, so what was stored is recognised.
"""

import contextlib
import imaplib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError, UnexpectedCommandStatusError

from .. import base
from .reading import AT_ONCE, Troubles, again, ask, read
from .server import Server, explain, is_for_good, words_of
from .wire import Mailbox

# Seconds to listen after mail came. Some servers do not tell of what comes just before IDLE: one look more finds it.
LISTEN_AFTER_NEWS = 15.0
TEMPORARY = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)|too many|try again|temporar|later", re.IGNORECASE)


class Folder:
    """`since`: where reading starts the first time; None: with the first mail there is.

    `token` returns an OAuth access token when that is what this account wants instead of a password.
    """

    def __init__(self, server: Server, name: str, *, since: datetime | None, token: Callable[[], str] | None = None):
        self.server, self.name, self.since, self.token = server, name or "INBOX", since, token
        self._box: Mailbox | None = None
        self._troubles = Troubles()
        self._found = False

    def new(self, cursor: Mapping[str, Any]) -> Iterator[base.Batch]:
        """What came after `cursor`, oldest first; raise `NotFetched`."""
        with self._in_words():
            fresh = self._box is None
            box = self._open()
            # Whoever chooses an earlier beginning wants what came since: what is known already is recognised.
            place = {"source": self._source, "uidvalidity": self._examine(box)}
            if any(cursor.get(part) != value for part, value in place.items()):
                cursor = {**place, "uid": self._start(box)}
                yield base.Batch((), cursor)
            if fresh:
                for batch in again(box, cursor, self._troubles):
                    cursor = batch.cursor
                    yield batch
            # "n:*" names the last mail even when n is beyond it.
            found = [uid for uid in _search(box, f"UID {cursor['uid'] + 1}:*") if uid > cursor["uid"]]
            self._found = bool(found)
            yield from read(box, found, cursor, self._troubles)

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> bool:
        """Block until the folder may have grown; False, at once, when this server does not tell. Raise `NotFetched`."""
        if self._box is None or not self._box.can("IDLE"):
            return False
        with self._in_words():
            self._box.listen(min(seconds, LISTEN_AFTER_NEWS) if self._found else seconds, cancelled)
        return True

    def check(self) -> None:
        """Sign in and look into the folder; raise `NotFetched`."""
        with self._in_words():
            self._examine(self._open())
        self.close()

    def close(self) -> None:
        """Hang up. Never raises."""
        box, self._box = self._box, None
        if box:
            box.hang_up()

    @property
    def _source(self) -> str:
        since = self.since.isoformat(timespec="seconds") if self.since else ""
        return f"{self.server.user}@{self.server.host}/{self.name} {since}".strip()

    def _open(self) -> Mailbox:
        if self._box is None:
            if any(c in text for c in "\r\n\0" for text in (self.server.user, self.server.password, self.name)):
                raise base.NotFetched(_("There is a line break in the user name, password or folder."), permanent=True)
            token = self.token() if self.token else ""
            self._box = Mailbox(self.server)
            self._sign_in(self._box, token)
        return self._box

    def _sign_in(self, box: Mailbox, token: str) -> None:
        user, password = self.server.user, self.server.password
        if box.client.state == "AUTH":
            return
        if token:
            sign = f"user={user}\1auth=Bearer {token}\1\1".encode()
            # A second question is the server's complaint: it wants an empty answer, then says no.
            box.client.authenticate("XOAUTH2", lambda question: b"" if question else sign)
        elif (user + password).isascii() and not box.can("LOGINDISABLED"):
            box.login(user, password, initial_folder=None)
        else:
            box.login_utf8(user, password, initial_folder=None)
        # Many servers say what they can do only to those they know.
        box.client._get_capabilities()

    def _examine(self, box: Mailbox) -> int:
        """Open the folder for reading only; return its UIDVALIDITY, 0 when the server has none."""
        box.folder.set(self.name, readonly=True)
        numbering = box.client.response("UIDVALIDITY")[1]
        return int(numbering[-1] or 0) if numbering else 0

    def _start(self, box: Mailbox) -> int:
        """The UID after which reading starts."""
        if self.since is None:
            return 0
        # Looked at first: what arrives from here on is above it.
        last = max(_search(box, "UID *"), default=0)
        # SEARCH knows only days, of the server's own time zone.
        recent = _search(box, f"SINCE {(self.since - timedelta(days=1)).strftime('%d-%b-%Y')}")
        for start in range(0, len(recent), AT_ONCE):
            arrived = ask(box, recent[start : start + AT_ONCE], "INTERNALDATE")
            if later := [uid for uid, line in arrived.items() if _date(line) >= self.since]:
                return min(later) - 1
        return last

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        """Every failure leaves as `NotFetched`, with the line closed."""
        try:
            yield
        except base.NotFetched:
            self.close()
            raise
        except (imaplib.IMAP4.error, UnexpectedCommandStatusError, OSError) as error:
            refused = self._box is not None and self._box.client.state == "NONAUTH"
            self.close()
            raise self._failure(error, refused) from error

    def _failure(self, error: Exception, refused: bool) -> base.NotFetched:
        host = self.server.host
        if isinstance(error, OSError):
            return base.NotFetched(explain(error, self.server), permanent=is_for_good(error))
        words = words_of(error.command_result[1] if isinstance(error, UnexpectedCommandStatusError) else error)
        if isinstance(error, imaplib.IMAP4.abort):
            return base.NotFetched(_("The line to {host} broke: {words}.").format(host=host, words=words))
        if isinstance(error, MailboxFolderSelectError):
            sentence = _("{host} does not open the folder “{name}”: {words}")
        elif isinstance(error, MailboxLoginError) or refused:
            sentence = _("{host} does not let {user} in: {words}")
        else:
            return base.NotFetched(_("{host} answered: {words}").format(host=host, words=words))
        reason = sentence.format(host=host, name=self.name, user=self.server.user, words=words)
        return base.NotFetched(reason, permanent=not TEMPORARY.search(words))


def _search(box: Mailbox, criteria: str) -> list[int]:
    return sorted(map(int, box.uids(criteria, charset=None)))


def _date(line: bytes) -> datetime:
    found = re.search(r'INTERNALDATE "\s*([^"]+)"', line.decode(errors="replace"), re.IGNORECASE)
    return datetime.strptime(found[1], "%d-%b-%Y %H:%M:%S %z") if found else datetime.max.astimezone()
