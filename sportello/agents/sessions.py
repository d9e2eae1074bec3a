"""Sessions as rows that know whose they are. `settings.SESSION_ENGINE` is this module."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone

from sportello.workspace.models import Workspace

from . import two_steps

# How often "last seen" is written, and the end of the session moved on.
TOUCH_EVERY = timedelta(hours=1)


class SessionStore(db.SessionStore):
    """Django's own, with the agent, the device and the address beside the data."""

    # Tells the device and the address, asked only when the session is written.
    client: Callable[[], tuple[str, str | None]] = staticmethod(lambda: ("", None))
    row = None

    @classmethod
    def get_model_class(cls):
        # Named by Django when the store is first used: importing our models when this module is would be a circle.
        from .models import Session

        return Session

    def _get_session_from_db(self):
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def create_model_instance(self, data):
        session: Any = super().create_model_instance(data)
        session.agent_id = data.get(SESSION_KEY)
        session.device, session.address = self.client()
        if self.row:
            session.started_at = self.row.started_at
        return session

    def touch(self) -> None:
        """Note that it is in use, once an hour."""
        if self.row and self.row.agent_id and timezone.now() - self.row.seen_at > TOUCH_EVERY:
            self.modified = True


def agent_of(session_key: str | None):
    """Return the agent who is signed in with this session key, or None. For doors that are not Django views.

    The same questions as for a page: the session exists and has not ended, the person is active, the password is
    still the one they signed in with, and the second step is not owed.
    """
    if not session_key:
        return None
    request: Any = HttpRequest()
    request.session = SessionStore(session_key)
    request.user = get_user(request)
    request.workspace = Workspace.objects.current()
    if not request.user.is_authenticated or two_steps.owes(request):
        return None
    return request.user
