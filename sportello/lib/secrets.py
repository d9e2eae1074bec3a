"""Secrets at rest: a JSON field whose bytes in the database are encrypted with the key of this installation."""

import base64
import hashlib
import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = (hashlib.sha256(b"sportello secrets" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def encrypt(text: str) -> str:
    """Return `text` encrypted with the current key."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return what `encrypt` was given; raise `cryptography.fernet.InvalidToken` if no key of ours fits."""
    return _cipher().decrypt(token.encode()).decode()


class SecretJSONField(models.TextField):
    """A dict that nobody can read from a stolen database file without the key. Never log it."""

    # For the type checker, as django-stubs wants it told.
    _pyi_private_set_type: dict[str, Any]  # type: ignore[assignment]
    _pyi_private_get_type: dict[str, Any]  # type: ignore[assignment]

    def from_db_value(self, value, expression, connection):
        return json.loads(decrypt(value)) if value else {}

    def to_python(self, value):
        return value if isinstance(value, dict) else {}

    def get_prep_value(self, value):
        return encrypt(json.dumps(value)) if value else ""

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))
