"""The demo's own pages: what left for the customers, and the doors for whoever looks around."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sportello.agents.models import Agent
from sportello.lib.access import no_guests

from . import jobs, outbox
from .forms import AnswerForm, LetterForm
from .logins import LOGINS

# Nothing loads, nothing runs: a mail in a frame of its own.
FRAME = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


@require_GET
@no_guests
def mails(request: HttpRequest) -> HttpResponse:
    """Everything that left, the latest first; asked for by the page itself, only the list."""
    page = "demo/_mails.html" if request.headers.get("HX-Request") == "true" else "demo/outbox.html"
    return render(request, page, {"mails": outbox.mails(), "letter": LetterForm()})


@require_http_methods(["GET", "POST"])
@no_guests
def letter(request: HttpRequest) -> HttpResponse:
    """Write to the shop as anybody."""
    form = LetterForm(request.POST or None)
    if not form.is_valid():
        return render(request, "demo/letter.html", {"letter": form}, status=422 if form.is_bound else 200)
    jobs.send_letter.enqueue(**form.cleaned_data)
    return redirect("/")


@require_GET
@no_guests
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail as its reader sees it."""
    return render(request, "demo/mail.html", {"mail": _find(key), "answer": AnswerForm()})


@require_GET
@no_guests
def body(request: HttpRequest, key: str) -> HttpResponse:
    """The mail's own look, for a frame."""
    response = render(request, "demo/body.html", {"mail": _find(key)})
    response.headers["Content-Security-Policy"] = FRAME
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
@no_guests
def file(request: HttpRequest, key: str, place: int) -> HttpResponse:
    """An attachment, to be saved."""
    files = _find(key).read.files
    if place >= len(files):
        raise Http404
    response = HttpResponse(files[place].content, content_type="application/octet-stream")
    name = content_disposition_header(as_attachment=True, filename=files[place].name or "file")
    response.headers["Content-Disposition"] = name or "attachment"
    return response


@require_POST
@no_guests
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Answer as the customer who got it."""
    found, form = _find(key), AnswerForm(request.POST)
    if not form.is_valid():
        return render(request, "demo/mail.html", {"mail": found, "answer": form}, status=422)
    jobs.send_answer.enqueue(key, form.cleaned_data["text"])
    return redirect("demo-outbox")


@require_POST
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Come in as one of the five, with one click: only in the demo, and only as them."""
    emails = [one.email for one in LOGINS]
    agent = get_object_or_404(Agent, email=request.POST.get("email"), email__in=emails, is_active=True)
    login(request, agent, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("/")


def _find(key: str) -> outbox.Mail:
    try:
        return outbox.find(key)
    except FileNotFoundError as gone:
        raise Http404 from gone
