"""A message as it came: its own look in a frame that can do nothing, and the bytes themselves."""

import base64
import re

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sportello.agents.requests import SignedIn
from sportello.channels.storing import delivery_body
from sportello.lib import pictures, storage

from ..models import Attachment, Message
from .finding import message_of

CID = re.compile(r"""(["'(])cid:([^"')\s>]{1,255})""", re.IGNORECASE)
REMOTE = re.compile(r"""(<img\b[^>]*?\s)src(=["']?\s*https?:)""", re.IGNORECASE)
# Nothing loads but what stands in the page itself; remote pictures only when a person asked for them.
FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:{remote}; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
MOST_PICTURES, SIDE = 20, 1200


@require_GET
def html(request: SignedIn, pk: int) -> HttpResponse:
    """The message with the look its sender gave it. `images=1`: with what it wants to fetch from elsewhere.

    The frame has no origin, so it has no cookies either: its own pictures travel inside it.
    """
    message = message_of(request, pk)
    if not message.html:
        raise Http404
    asked = request.GET.get("images") == "1"
    body = _with_pictures(message.html, list(message.attachments.all()))
    # The policy would refuse them; without an address the browser need not even try.
    body = body if asked else REMOTE.sub(r"\1data-src\2", body)
    response = render(request, "conversations/original.html", {"body": body, "message": message})
    response.headers["Content-Security-Policy"] = FRAME.format(remote=" https: http:" if asked else "")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _with_pictures(body: str, files: list[Attachment]) -> str:
    """Put each picture that the mail brought along where the mail wants it."""
    by_id = {file.content_id: file for file in files if file.content_id}
    drawn: dict[str, str] = {}

    def put(found: re.Match[str]) -> str:
        name = found[2]
        if name not in drawn:
            drawn[name] = _data(by_id[name]) if name in by_id and len(drawn) < MOST_PICTURES else ""
        return f"{found[1]}{drawn[name]}"

    return CID.sub(put, body)


def _data(file: Attachment) -> str:
    try:
        content = pictures.drawn(file.sha256, lambda: storage.read(file.path), SIDE)
    except (pictures.NotAPicture, FileNotFoundError):
        return ""
    return "data:image/webp;base64," + base64.b64encode(content).decode()


@require_GET
def original(request: SignedIn, pk: int) -> HttpResponse:
    """The bytes as they arrived, to be saved."""
    message: Message = message_of(request, pk)
    if message.delivery is None:
        raise Http404
    try:
        content = delivery_body(message.delivery)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{message.conversation_id}-{message.pk}.eml"'
    return response
