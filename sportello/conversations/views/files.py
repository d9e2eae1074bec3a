"""Files of messages: downloaded inert, shown small when they are pictures, added to what one is writing."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sportello.agents.requests import SignedIn
from sportello.channels.base import File
from sportello.lib import pictures, storage
from sportello.lib.access import no_guests

from .. import actions
from .finding import attachment_of, conversation_of

# Whatever it is, in a browser it does nothing and asks for nothing.
INERT = "default-src 'none'; sandbox"
LARGEST = 25 * 1024 * 1024
SIDES = {"small": 320, "large": 2400}


@require_GET
def download(request: SignedIn, pk: int, name: str) -> HttpResponse:
    """The file as it came, to be saved and never to be shown."""
    attachment = attachment_of(request, pk)
    try:
        content = storage.read(attachment.path)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = _disposition(attachment.name)
    return inert(response)


def _disposition(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name or "file") or "attachment"


@require_GET
def picture(request: SignedIn, pk: int, size: str) -> HttpResponse:
    """A picture drawn anew by us, small or large: nothing of the file itself reaches the browser."""
    attachment = attachment_of(request, pk)
    try:
        drawn = pictures.drawn(attachment.sha256, lambda: storage.read(attachment.path), SIDES[size])
    except (pictures.NotAPicture, FileNotFoundError) as wrong:
        raise Http404 from wrong
    response = HttpResponse(drawn, content_type="image/webp")
    response.headers["Content-Disposition"] = "inline"
    return inert(response)


def inert(response: HttpResponse) -> HttpResponse:
    """Kept by the browser of this agent alone; scripts, styles and frames do not exist in it."""
    response.headers["Content-Security-Policy"] = INERT
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_POST
@no_guests
def uploads(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """Add a file to what one is writing; answers with the file as it stands below the text."""
    conversation = conversation_of(request, pk)
    upload = request.FILES.get("file")
    if upload is None or (upload.size or 0) > LARGEST:
        return render(request, "conversations/_too_large.html", {"largest": LARGEST}, status=422)
    file = File(
        name=upload.name or _("file"),
        type=upload.content_type or "application/octet-stream",
        content=upload.read(),
        inline=bool(request.POST.get("inline")),
    )
    attachment = actions.attach(conversation, file, by=request.user, kind=kind)
    return render(request, "conversations/_upload.html", {"file": attachment}, status=201)


@require_http_methods(["DELETE"])
@no_guests
def upload(request: SignedIn, pk: int) -> HttpResponse:
    """Take a file off what one is writing."""
    attachment = attachment_of(request, pk)
    if attachment.draft is None:
        raise Http404
    actions.detach(attachment)
    return HttpResponse(status=200)
