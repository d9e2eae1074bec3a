"""E-mail: mail in, mail out."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import base
from . import smtp
from .imap import Folder
from .parse import parse
from .server import server_of

LOOK_UP = 1.0


class Channel(base.Channel):
    """Settings: `imap_*` and `smtp_*` (host, port, security, user, password), `folder`, `since`; see forms.py."""

    kind = "email"
    label = _("E-mail")
    icon = "mail"
    can_fetch = True
    can_send = True
    rich_text = True
    attachments = True
    has_subject = True
    has_copies = True
    secrets = ("imap_password", "smtp_password", "oauth_secret", "oauth_refresh")

    def fetches(self) -> bool:
        return bool(self.settings.get("imap_host"))

    def parse(self, body: bytes) -> list[base.Inbound]:
        return [parse(body)]

    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[base.Batch]:
        yield from self._folder.new(cursor)

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> None:
        if self._folder.wait(seconds, cancelled):
            return
        until = time.monotonic() + min(seconds, float(self.settings.get("poll_seconds") or 60))
        while not cancelled() and (left := until - time.monotonic()) > 0:
            time.sleep(min(LOOK_UP, left))

    def close(self) -> None:
        if "_folder" in self.__dict__:
            self._folder.close()

    def send(self, message: base.Outbound, *, handing_over: Callable[[], None]) -> str:
        return smtp.send(server_of(self.settings, "smtp"), message, handing_over=handing_over)

    @cached_property
    def _folder(self) -> Folder:
        since = self.settings.get("since")
        return Folder(
            server_of(self.settings, "imap"),
            self.settings.get("folder", ""),
            since=datetime.fromisoformat(since) if since else None,
        )
