"""A plain text as our editor would have written it, and as mail programs quote it."""

from babel.dates import format_datetime
from django.utils.html import escape

from sportello.conversations.models import Message

WROTE = {
    "it": "Il giorno {when} {who} ha scritto:",
    "en": "On {when}, {who} wrote:",
    "de": "Am {when} schrieb {who}:",
    "fr": "Le {when}, {who} a écrit :",
    "es": "El {when}, {who} escribió:",
}


def html_of(text: str) -> str:
    """Return paragraphs for paragraphs and line breaks for line breaks."""
    return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n"))


def quote_of(message: Message, language: str) -> str:
    """Return the lines below an answer: who wrote when, and what."""
    when = format_datetime(message.created_at, "d MMM y, HH:mm", locale=language)
    sender = message.parties["from"]
    head = WROTE[language].format(when=when, who=f"{sender['name']} <{sender['address']}>")
    return "\n".join([head, *(f"> {line}".rstrip() for line in message.text.splitlines())])
