"""Message-IDs, without angle brackets."""

import hashlib
import re

from .limits import MAX_ID, MAX_REFERENCES

ANGLE = re.compile(r"<\s*([^<>]{1,2000}?)\s*>")


def all_in(value: str) -> list[str]:
    """Return the ids of In-Reply-To or References, in order, each once; the first and the latest of very many."""
    found = [_tidy(one) for one in ANGLE.findall(value)]
    if not found and "@" in value:
        found = [_tidy(word) for word in re.split(r"[\s,;]+", value.replace("<", " ").replace(">", " ")) if "@" in word]
    unique = list(dict.fromkeys(one for one in found if one))
    return unique if len(unique) <= MAX_REFERENCES else [unique[0], *unique[1 - MAX_REFERENCES :]]


def own(value: str) -> str:
    """Return the id of a Message-ID field, also when the brackets are missing; "" if there is none."""
    found = ANGLE.search(value)
    return _tidy(found[1] if found else value.strip(" <>"))


def _tidy(one: str) -> str:
    one = "".join(c for c in one if c.isprintable() and not c.isspace())
    return one if len(one) <= MAX_ID else f"{hashlib.sha256(one.encode()).hexdigest()}@long.invalid"


def made_from(*pieces: bytes) -> str:
    """Return an id for a mail that has none: the same for the same content."""
    digest = hashlib.sha256(b"\x00".join(pieces)).hexdigest()
    return f"{digest[:40]}@no-message-id.invalid"
