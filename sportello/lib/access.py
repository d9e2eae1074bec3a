"""Who may pass a door. Whoever may not gets 404: a refusal would confirm that there is something.

Every address asks for a sign-in unless its view says `@login_not_required` (Django's own); these narrow it further.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def _only(allowed: Callable[[Any], bool]) -> Callable[[View], View]:
    def narrow(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            if not (request.user.is_authenticated and allowed(request.user)):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return narrow


admin_only = _only(lambda agent: agent.is_admin)
supervisor_only = _only(lambda agent: agent.is_supervisor)
# Whoever may speak to customers and change conversations: everybody but guests.
no_guests = _only(lambda agent: not agent.is_guest)
