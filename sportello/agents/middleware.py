"""Before every page: at what time, and whether this door opens."""

import zoneinfo
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.httpkit import get_client_ip
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from sportello.workspace.models import Workspace

from . import first_run, two_steps


def at_the_shop(get_response):
    """Put the shop on the request (`request.workspace`), and show whoever works there the time of its clock."""

    def middleware(request):
        request.workspace = SimpleLazyObject(Workspace.objects.current)
        if not (request.user.is_authenticated and request.workspace):
            return get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(request.workspace.time_zone)):
            return get_response(request)

    return middleware


class DoorMiddleware(LoginRequiredMiddleware):
    """Every address asks for a sign-in, unless its view is marked `@login_not_required`.

    Where two steps are required, nobody gets further than setting them up.
    """

    def __call__(self, request):
        request.session.client = lambda: client_of(request)
        if not request.user.is_authenticated:
            return self.get_response(request)
        request.session.touch()
        response: Any = self.get_response(request)
        # The counter has one computer for all: after signing out, "back" shows no customer to the next one.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not getattr(view_func, "login_required", True):
            return _to_first_run(request)
        if not request.user.is_authenticated:
            return _to_first_run(request) or self.handle_no_permission(request, view_func)
        if two_steps.owes(request) and not two_steps.leads_there(request.resolver_match.url_name):
            return redirect("mfa_index")
        return None

    def handle_no_permission(self, request, view_func):
        if request.headers.get("HX-Request") == "true":
            page = urlsplit(request.headers.get("HX-Current-URL", "/"))
            answer = HttpResponse(status=401)
            answer["HX-Redirect"] = redirect_to_login(page.path, reverse("account_login")).url
            return answer
        if request.accepts("text/html"):
            # Only a page can be gone back to: what was sent with POST is not sent again.
            back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
            return redirect_to_login(back, reverse("account_login"))
        return HttpResponse(status=401)


def client_of(request) -> tuple[str, str | None]:
    """The browser's description of itself and its address, as far as the proxies we trust tell."""
    return request.headers.get("User-Agent", "")[:200], get_client_ip(request)


def _to_first_run(request):
    """Before the first run, signing in and every page lead to it; hooks and health answer as always."""
    match = request.resolver_match
    leads = match.url_name == "account_login" or getattr(match.func, "login_required", True)
    if leads and first_run.is_due():
        return redirect("welcome")
    return None
