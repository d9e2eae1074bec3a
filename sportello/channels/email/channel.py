"""E-mail: mail in, mail out."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import base
from . import oauth, providers, smtp
from .imap import Folder
from .parse import parse
from .server import server_of

# Seconds: between looks at a server that does not tell by itself when mail comes.
POLL = 60.0
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
    form_path = "sportello.channels.email.forms.EmailForm"
    secrets = ("imap_password", "smtp_password", "oauth_secret", "oauth_refresh", "provider_key")

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        if self._provider:
            providers.verify(self.settings, body, headers)

    def parse(self, body: bytes, headers: Mapping[str, str] = base.NO_HEADERS) -> list[base.Inbound]:
        # What was fetched has no headers of HTTP, also when the inbox has a provider too.
        if self._provider and headers:
            return [parse(mail) for mail in providers.mails(self.settings, body, headers)]
        return [parse(body)]

    def fetches(self) -> bool:
        return bool(self.settings.get("imap_host"))

    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[base.Batch]:
        try:
            yield from self._folder.new(cursor)
        except base.NotFetched as failure:
            if failure.permanent:
                oauth.forget(self.settings, self.renewed)
            raise

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> None:
        if self._folder.wait(seconds, cancelled):
            return
        until = time.monotonic() + min(seconds, POLL)
        while not cancelled() and (left := until - time.monotonic()) > 0:
            time.sleep(min(LOOK_UP, left))

    def close(self) -> None:
        if "_folder" in self.__dict__:
            self._folder.close()

    def send(self, message: base.Outbound, *, handing_over: Callable[[], None]) -> str:
        if not self.settings.get("smtp_host"):
            raise base.NotDelivered(str(_("This inbox has no server to send with.")), permanent=True)
        server, token = server_of(self.settings, "smtp"), self._token(base.NotDelivered)
        try:
            return smtp.send(server, message, handing_over=handing_over, token=token)
        except smtp.NotSignedIn:
            if token is None:
                raise
            # The vendor may have taken back the hour that this token had left: a new one is worth a try.
            oauth.forget(self.settings, self.renewed)
            return smtp.send(server, message, handing_over=handing_over, token=token)

    def check(self) -> None:
        if self.fetches():
            self._folder.check()
        if self.settings.get("smtp_host"):
            smtp.check(server_of(self.settings, "smtp"), self._token(base.NotDelivered))

    def consent_url(self, *, redirect_uri: str, state: str) -> str:
        if not oauth.uses_oauth(self.settings):
            return ""
        return oauth.consent_url(self.settings, redirect_uri=redirect_uri, state=state)

    def redeem(self, *, code: str, redirect_uri: str) -> dict[str, Any]:
        return {"oauth_refresh": oauth.redeem(self.settings, code=code, redirect_uri=redirect_uri)}

    @property
    def _provider(self) -> bool:
        return self.settings.get("provider") in providers.PROVIDERS

    @cached_property
    def _folder(self) -> Folder:
        since = self.settings.get("since")
        return Folder(
            server_of(self.settings, "imap"),
            self.settings.get("folder", ""),
            since=datetime.fromisoformat(since) if since else None,
            token=self._token(base.NotFetched),
        )

    def _token(self, failed: type[base.NotFetched] | type[base.NotDelivered]) -> Callable[[], str] | None:
        """What returns an access token, if this inbox signs in with one."""
        nobody = failed is base.NotDelivered and self.settings.get("smtp_sign_in") in ("own", "none")
        if nobody or not oauth.uses_oauth(self.settings):
            return None

        def token() -> str:
            try:
                return oauth.access_token(self.settings, self.renewed)
            except oauth.GrantFailed as failure:
                raise failed(str(failure), permanent=failure.permanent) from failure

        return token
