"""Sentences by language and topic, dealt like cards: none comes back before the whole deck was dealt.

A file `content/<language>/<topic>.txt` is a list of sections, one entry per line:

    == open angry
    È la terza volta che scrivo per l'ordine {order}.

`{slots}` are filled from the order and the person; `¶` starts a new paragraph and `↵` a new line. What a topic lacks
is looked for in `common.txt`.
"""

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

CONTENT = Path(__file__).parent.parent / "content"
SLOT = re.compile(r"\{([^{}]+)\}")


@cache
def sections(language: str, topic: str) -> dict[str, list[str]]:
    """Return the entries of one content file by section name; empty when there is no such file."""
    found: dict[str, list[str]] = {}
    path = CONTENT / language / f"{topic}.txt"
    if not path.exists():
        return found
    entries: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            entries = found.setdefault(line[3:].strip(), [])
        elif line.strip() and not line.startswith("#"):
            entries.append(line.strip())
    return found


class Words:
    """All decks of a season. Two of them made from equal random sources deal the same cards."""

    def __init__(self, rng: random.Random):
        self._rng = rng
        self._decks: dict[tuple[str, str, str], list[str]] = {}

    def has(self, language: str, topic: str, section: str) -> bool:
        return section in sections(language, topic) or section in sections(language, "common")

    def deal(self, language: str, topic: str, section: str, *, voice: str = "") -> str:
        """Return the next sentence. A voice has its own cards and sometimes takes one of everybody's.

        Raises KeyError when neither the topic nor `common` knows the section.
        """
        spoken = f"{section} {voice}"
        if voice and self.has(language, topic, spoken):
            everybodys = self.has(language, topic, section) and self._rng.random() < 0.25
            section = section if everybodys else spoken
        source = topic if section in sections(language, topic) else "common"
        deck = self._decks.setdefault((language, source, section), [])
        if not deck:
            deck.extend(
                self._rng.sample(sections(language, source)[section], k=len(sections(language, source)[section]))
            )
        return deck.pop()


def fill(text: str, slots: Mapping[str, str]) -> str:
    """Put the slots in, turn `¶` and `↵` into line breaks; raise KeyError on a slot nobody knows."""
    filled = SLOT.sub(lambda match: slots[match[1]], text)
    return re.sub(r"\s*¶\s*", "\n\n", filled).replace("↵", "\n")
