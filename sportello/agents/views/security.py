"""How I sign in, and where I am signed in."""

from typing import Any

from allauth.mfa.base.views import IndexView
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from .. import actions, two_steps
from ..requests import SignedIn


class Security(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sessions = self.request.user.sessions.filter(expire_date__gt=timezone.now()).order_by("-seen_at")
        return super().get_context_data(sessions=sessions, owes=two_steps.owes(self.request), **kwargs)


@require_POST
def other_sessions(request: SignedIn) -> HttpResponse:
    """Sign out everywhere but here."""
    actions.end_sessions(request.user, by=request.user, but=request.session.session_key)
    return redirect("mfa_index")
