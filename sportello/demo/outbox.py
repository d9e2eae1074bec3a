"""What left the demo: mails in the folder `outbox`, a file each, as a customer's mail server would have taken them."""

import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from django.conf import settings

from sportello.channels.base import Inbound
from sportello.channels.email.parse import parse
from sportello.lib.files import write_durably

KEY = re.compile(r"\d{13}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Mail:
    """One mail that left. `key` sorts by time."""

    key: str
    raw: bytes

    @property
    def at(self) -> datetime:
        """When it was taken."""
        return datetime.fromtimestamp(int(self.key.partition("-")[0]) / 1000, UTC)

    @cached_property
    def read(self) -> Inbound:
        """What a mail program shows of it."""
        return parse(self.raw)


def folder() -> Path:
    return settings.DATA_DIR / "outbox"


def keep(raw: bytes) -> str:
    """Store a mail durably and return its key."""
    key = f"{int(time.time() * 1000):013d}-{hashlib.sha256(raw).hexdigest()[:12]}"
    write_durably(folder() / f"{key}.eml", raw)
    return key


def mails(most: int = 50) -> Iterator[Mail]:
    """Yield the latest mails first."""
    names = sorted((path.stem for path in folder().glob("*.eml") if KEY.fullmatch(path.stem)), reverse=True)
    for name in names[:most]:
        yield find(name)


def find(key: str) -> Mail:
    """Return one mail; raise `FileNotFoundError` when there is none."""
    if not KEY.fullmatch(key):
        raise FileNotFoundError(key)
    return Mail(key, (folder() / f"{key}.eml").read_bytes())
