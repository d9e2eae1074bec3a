"""A reply as it leaves: the agent's words, the signature, and below them what was said before."""

import re
from collections.abc import Iterable

from babel.dates import format_datetime
from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from sportello.channels.base import File, Outbound, Party
from sportello.lib import storage
from sportello.lib.html import to_text

from .models import Attachment, Message, Sending

QUOTED_MESSAGES = 5
OUR_IMAGE = re.compile(r'src="/attachments/(\d+)(?:/[^"]*)?"')


def outbound_of(message: Message) -> Outbound:
    """Return what the channel sends: the same each time it is asked, so a second try is the same mail."""
    parties = message.parties
    files = list(message.attachments.all())
    with translation.override(message.conversation.language or settings.LANGUAGE_CODE):
        html, text = _with_history(message)
    return Outbound(
        external_id=message.external_id,
        sender=_party(parties["from"]),
        to=_parties(parties.get("to", ())),
        cc=_parties(parties.get("cc", ())),
        bcc=_parties(parties.get("bcc", ())),
        subject=message.subject,
        text=text,
        html=_show_inline(html, files),
        in_reply_to=message.in_reply_to,
        references=tuple(message.references.split()),
        files=tuple(_file(attachment) for attachment in files),
        sent_at=message.created_at,
    )


def _with_history(message: Message) -> tuple[str, str]:
    """Return the body as HTML and as text, with the last messages quoted as mail programs do and fold."""
    earlier = list(_earlier(message))
    html = [message.html, message.signature and f'<div class="signature">{message.signature}</div>']
    text = [message.text, message.signature and f"-- \n{to_text(message.signature).strip()}"]
    return (
        "<br>".join(filter(None, [*html, _quoted_html(earlier)])),
        "\n\n".join(filter(None, [*text, _quoted_text(earlier)])),
    )


def _show_inline(html: str, files: list[Attachment]) -> str:
    """On the desk an image in the text has an address of ours; in a mail it is a part of the mail itself."""
    parts = {str(file.pk): file.content_id for file in files if file.inline and file.content_id}
    return OUR_IMAGE.sub(lambda found: f'src="cid:{parts[found[1]]}"' if found[1] in parts else found[0], html)


def _earlier(message: Message) -> Iterable[Message]:
    """What the customer has seen of this conversation before this message, the latest first: never a note."""
    said = message.conversation.messages.filter(pk__lt=message.pk).exclude(kind=Message.Kind.NOTE)
    said = said.exclude(sending__state__in=[Sending.State.CANCELLED, Sending.State.FAILED]).exclude(auto=True)
    return said.select_related("author", "identity__customer").order_by("-id")[:QUOTED_MESSAGES]


def _quoted_html(earlier: list[Message]) -> SafeString:
    """Nest them, so that Gmail, Outlook and Apple Mail fold the history behind their three dots."""
    inner = mark_safe("")
    for message in reversed(earlier):
        body = mark_safe(escape(message.text).replace("\n", "<br>"))
        inner = format_html(
            '<div class="gmail_quote"><div class="gmail_attr">{}</div>'
            '<blockquote class="gmail_quote" type="cite">{}{}</blockquote></div>',
            _attribution(message),
            body,
            inner,
        )
    return inner


def _quoted_text(earlier: list[Message]) -> str:
    lines: list[str] = []
    for depth, message in enumerate(earlier, start=1):
        mark = ">" * depth + " "
        lines.append(f"{mark[1:] if depth > 1 else ''}{_attribution(message)}")
        lines += [f"{mark}{line}".rstrip() for line in message.text.splitlines()]
    return "\n".join(lines)


def _attribution(message: Message) -> str:
    """The line mail programs know: "Il giorno … ha scritto:". In the conversation's language."""
    at = timezone.localtime(message.sent_at or message.created_at)
    when = format_datetime(at, "d MMM y, HH:mm", locale=translation.get_language())
    return translation.gettext("On %(when)s, %(who)s wrote:") % {"when": when, "who": _name(message)}


def _name(message: Message) -> str:
    sender = message.parties.get("from") or {}
    return sender.get("name") or sender.get("address") or ""


def _file(attachment: Attachment) -> File:
    return File(
        name=attachment.name,
        type=attachment.type,
        content=storage.read(attachment.path),
        inline=attachment.inline,
        content_id=attachment.content_id,
    )


def _party(party: dict[str, str]) -> Party:
    return Party(address=party["address"], name=party.get("name", ""))


def _parties(parties: Iterable[dict[str, str]]) -> tuple[Party, ...]:
    return tuple(_party(party) for party in parties)
