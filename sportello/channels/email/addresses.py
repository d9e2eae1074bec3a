"""`"Rossi, Mario" <Mario@Example.COM>, group: a@x, b@y;` to parties. Forgiving, and in time linear to the field."""

import re
from collections.abc import Iterator

from ..base import Party
from . import charsets
from .headers import Headers, decode_words, loosely
from .limits import MAX_ADDRESSES, MAX_NAME

TOKEN = re.compile(
    r"""
      (?P<quoted>"(?:[^"\\]|\\.)*(?:"|$))
    | (?P<angle><[^<>]*>?)
    | (?P<comment>\((?:[^()\\]|\\.|\([^()]*\))*\)?)
    | (?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=)
    | (?P<separator>[,;])
    | (?P<text>[^",;<(=]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
ADDRESS = re.compile(r"[^\s@<>\"'(),;:\[\]\\][^\s@<>\"(),;:\[\]\\]{0,127}@[^\s@<>\"'(),;:\\]{1,255}")
QUOTED_LOCAL = re.compile(r'"(?:[^"\\]|\\.){1,64}"@[^\s@<>"(),;:\\]{1,255}')
GROUP = re.compile(r"^[^@]{0,200}:\s*")
ROUTE = re.compile(r"^@[^:]*:")
# Characters that are not seen, and those that turn the reading direction: used to disguise who writes.
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u00ad]")


def parties(headers: Headers, name: str, hint: str = "") -> list[Party]:
    """Return everybody named in the fields of this name, in order, each address once."""
    found: dict[str, Party] = {}
    for raw in headers.all(name):
        for party in parse(loosely(raw, hint)):
            found.setdefault(party.address or party.name, party)
    return list(found.values())[:MAX_ADDRESSES]


def parse(text: str) -> list[Party]:
    """Split one field into parties. "Rossi, Mario <m@x.it>" is one person: what has no address waits for the next."""
    found: list[Party] = []
    waiting: list[str] = []
    for entry in _entries(text):
        party = _party(entry)
        if party.address:
            found.append(
                Party(party.address, ", ".join([*waiting, party.name]) if waiting and party.name else party.name)
            )
            waiting = []
        elif any(char.isalnum() for char in party.name):
            waiting.append(party.name)
    if waiting and not found:
        found.append(Party("", ", ".join(waiting)[:MAX_NAME]))
    return found


def _entries(text: str) -> Iterator[list[tuple[str, str]]]:
    """The tokens between two separators, (kind, text) each."""
    entry: list[tuple[str, str]] = []
    for match in TOKEN.finditer(text):
        if match.lastgroup == "separator":
            yield entry
            entry = []
        else:
            kind = match.lastgroup or "text"
            entry.append((kind, GROUP.sub("", match[0]) if kind == "text" else match[0]))
    yield entry


def _party(entry: list[tuple[str, str]]) -> Party:
    angles = [token for kind, token in entry if kind == "angle"]
    angle = next((token for token in angles if "@" in token), "")
    if not angle:
        return _bare(entry)
    phrase = " ".join(_spoken(kind, token) for kind, token in entry if kind in ("quoted", "word", "text"))
    comments = " ".join(token.strip("()") for kind, token in entry if kind == "comment")
    name = name_of(phrase) or name_of(comments)
    return Party(normalised(ROUTE.sub("", angle.strip("<> "))), name)


def _bare(entry: list[tuple[str, str]]) -> Party:
    """No angle brackets: `m@x.it (Mario Rossi)`, `Mario Rossi m@x.it`, `"mario rossi"@x.it`, or only a name."""
    phrase = "".join(token for kind, token in entry if kind != "comment")
    if "@" not in phrase:
        phrase = decode_words(phrase)
    match = QUOTED_LOCAL.search(phrase) or ADDRESS.search(phrase)
    comments = " ".join(token.strip("()") for kind, token in entry if kind == "comment")
    if not match:
        return Party("", name_of(phrase.strip(" <>")))
    return Party(normalised(match[0]), name_of(comments) or name_of(phrase.replace(match[0], " ").strip(" <>\"'")))


def _spoken(kind: str, token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:].removesuffix('"')) if kind == "quoted" else token


def normalised(address: str) -> str:
    """Return the address in lower case, without what does not belong to it; "" if there is none."""
    address = INVISIBLE.sub("", charsets.one_line(decode_words(address), 400))
    if quoted := QUOTED_LOCAL.search(address):
        return quoted[0].lower()
    found = ADDRESS.search(address.replace(" ", "").removeprefix("mailto:").strip("'\""))
    return found[0].strip(".").lower() if found else ""


def name_of(text: str) -> str:
    """Return a person's name: one line, no quotes around it, nothing invisible that could disguise it."""
    name = INVISIBLE.sub("", charsets.one_line(decode_words(text), MAX_NAME))
    while len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name
