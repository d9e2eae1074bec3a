"""What hangs on a message: a photo when it speaks of one, a document when we send one. Drawn in `prepare/`."""

import re
from collections.abc import Mapping

SECTIONS = {
    ("damaged", "first photo"): "damage",
    ("damaged", "photo"): "damage",
    ("invoice", "answer"): "invoice",
    ("return", "answer"): "label",
    ("quote", "answer"): "offer",
    ("quote", "answer negotiate"): "offer",
    ("quote", "accept"): "signed",
}
SPEAKS = {
    "screenshot": re.compile(r"schermata|screenshot", re.I),
    "receipt": re.compile(r"contabile|allego la ricevuta|copia della conferma", re.I),
    "table": re.compile(r"foto della tavola", re.I),
    "box": re.compile(r"allego foto di quello", re.I),
    "cv": re.compile(r"curriculum", re.I),
    "prices": re.compile(r"nuovo listino", re.I),
}


def files_of(text: str, section: str, topic: str, *, ours: bool, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (kind, what it is about) of each file of a message."""
    about = known.get("order") or known.get("company", "")
    if kind := SECTIONS.get((topic, section)):
        return [(kind, about)]
    if ours:
        return []
    return [(kind, about) for kind, pattern in SPEAKS.items() if pattern.search(text)]
