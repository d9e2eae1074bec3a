"""How I sign in, and where I am signed in."""

from allauth.mfa.base.views import IndexView
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from .. import actions, two_steps


class Security(IndexView):
    def get_context_data(self, **kwargs):
        sessions = self.request.user.sessions.filter(expire_date__gt=timezone.now()).order_by("-seen_at")
        return super().get_context_data(sessions=sessions, owes=two_steps.owes(self.request), **kwargs)


@require_POST
def other_sessions(request):
    """Sign out everywhere but here."""
    actions.end_sessions(request.user, by=request.user, but=request.session.session_key)
    return redirect("mfa_index")
