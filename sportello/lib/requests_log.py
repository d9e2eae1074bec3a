"""One line in the log per request, with an id that everything said meanwhile carries too."""

import re
from time import perf_counter

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

# Invitations, passwords forgotten, doors for webhooks: what opens by its address is long and random.
RANDOM = re.compile(r"(?<=/)[A-Za-z0-9_=:-]{20,}(?=/|$)")


class RequestLog(RequestMiddleware):
    """django-structlog's, which would write down whole addresses, plus how long it took."""

    def prepare(self, request: HttpRequest) -> None:
        request.began = perf_counter()  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(ip=request.META.get("REMOTE_ADDR", ""))
        super().prepare(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Say how it went, how long it took, and who asked if the page wanted to know."""
        took = perf_counter() - request.began  # type: ignore[attr-defined]
        agent = getattr(request, "_cached_user", None)
        structlog.contextvars.bind_contextvars(ms=round(took * 1000), agent=agent and agent.pk)
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return method and path, without the query and without what opens a door."""
        return f"{request.method} {RANDOM.sub('…', request.path)}"
