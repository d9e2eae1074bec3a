"""Our signature in a Message-ID: whoever answers it proves that they hold a mail of that conversation.

A token reads `c<conversation>.<nonce>.<signature>`, all lower case because some mail servers fold the case.
"""

import re
import secrets
from base64 import b32encode
from collections.abc import Iterable
from hmac import compare_digest, digest

from django.conf import settings

TOKEN = re.compile(r"\bc(\d{1,18})\.([a-z2-7]{10})\.([a-z2-7]{16})\b")


def new_message_id(conversation_id: int, domain: str) -> str:
    """Return a fresh Message-ID, without angle brackets, that only we can make."""
    nonce = _text(secrets.token_bytes(7))[:10]
    return f"c{conversation_id}.{nonce}.{_sign(settings.SECRET_KEY, conversation_id, nonce)}@{domain}"


def conversation_in(ids: Iterable[str]) -> int | None:
    """Return the conversation whose genuine token stands in one of these ids, or None. The first one wins."""
    for id_ in ids:
        if (found := TOKEN.search(id_.lower())) and _genuine(*found.groups()):
            return int(found[1])
    return None


def _genuine(conversation_id: str, nonce: str, signature: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(compare_digest(_sign(key, int(conversation_id), nonce), signature) for key in keys)


def _sign(key: str, conversation_id: int, nonce: str) -> str:
    return _text(digest(f"sportello thread {key}".encode(), f"{conversation_id}.{nonce}".encode(), "sha256"))[:16]


def _text(raw: bytes) -> str:
    return b32encode(raw).decode().lower().rstrip("=")
