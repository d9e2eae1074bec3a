"""An `Inbound` as plain JSON values: what `sportello inspect` prints. The same keys for every channel."""

from dataclasses import asdict
from typing import Any

from .base import Bounce, File, Inbound, Party


def describe(inbound: Inbound) -> dict[str, Any]:
    """Return what the desk would make of one message. A channel may add to it with a `describe` of its own."""
    return {
        "from": _party(inbound.sender),
        "to": [_party(party) for party in inbound.to],
        "cc": [_party(party) for party in inbound.cc],
        "reply_to": [_party(party) for party in inbound.reply_to],
        "subject": inbound.subject,
        "date": inbound.sent_at.isoformat() if inbound.sent_at else None,
        "message_id": inbound.external_id,
        "in_reply_to": inbound.in_reply_to,
        "references": list(inbound.references),
        "thread": inbound.thread,
        "text": inbound.text,
        "html": inbound.html,
        "reply_text": inbound.reply_text,
        "quoted_text": inbound.quoted_text,
        "attachments": [_file(file) for file in inbound.files],
        "auto_reply": inbound.auto_reply,
        "from_list": inbound.from_list,
        "spam": inbound.spam,
        "bounce": _bounce(inbound.bounce) if inbound.bounce else None,
        "language": inbound.language,
        "problems": list(inbound.problems),
    }


def _party(party: Party) -> dict[str, str]:
    return {"name": party.name, "email": party.address}


def _file(file: File) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "inline": file.inline,
        "content_id": file.content_id,
    }


def _bounce(bounce: Bounce) -> dict[str, Any]:
    return asdict(bounce)
