"""Who buys and writes: names, towns, addresses, and how each of them writes."""

import random
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from .words import sections

LANGUAGES = {"it": 840, "en": 80, "de": 55, "fr": 13, "es": 12}
VOICES = {"plain": 50, "hasty": 24, "formal": 14, "kind": 12}
COUNTRIES = {"it": "IT", "en": "GB", "de": "DE", "fr": "FR", "es": "ES"}
PREFIXES = {"it": "+39 3", "en": "+44 77", "de": "+49 17", "fr": "+33 6", "es": "+34 6"}

# What people do to a text while they type it; `voices.py` does the same.
HABITS = {
    "hasty": {"lower": 0.6, "shorten": 0.35, "slip": 0.5, "dots": 0.2, "device": 0.6, "drop": 0.5},
    "plain": {"slip": 0.2, "apostrophes": 0.12, "device": 0.25, "dots": 0.06, "bangs": 0.06},
    "formal": {"capitals": 0.04, "apostrophes": 0.15, "slip": 0.05},
    "kind": {"bangs": 0.5, "smile": 0.4, "device": 0.25, "slip": 0.12},
}


@dataclass(frozen=True)
class Person:
    """A customer of the story. `gender` is "f" or "m"; `habits` are keys of `voices.HABITS`."""

    first: str
    last: str
    gender: str
    email: str
    language: str = "it"
    city: str = ""
    street: str = ""
    phone: str = ""
    voice: str = "plain"
    habits: frozenset[str] = field(default=frozenset())
    company: str = ""

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}".strip()


class People:
    """Makes persons, each with an address nobody else has."""

    def __init__(self, rng: random.Random):
        self._rng = rng
        self._taken: set[str] = set()

    def meet(self, language: str = "", *, company: str = "", city: str = "") -> Person:
        """Return a new person; without a language, as often of each as the shop's customers are."""
        rng = self._rng
        language = language or rng.choices([*LANGUAGES], [*LANGUAGES.values()])[0]
        gender = "f" if rng.random() < 0.62 else "m"
        first, last = rng.choice(names(language, gender)), rng.choice(names(language, "family"))
        voice = rng.choices([*VOICES], [*VOICES.values()])[0]
        return Person(
            first=first,
            last=last,
            gender=gender,
            email=self._address(first, last, language, company),
            language=language,
            city=city or rng.choice(names(language, "city")),
            street=rng.choice(names(language, "street")),
            phone=PREFIXES[language] + "".join(rng.choices("0123456789", k=8)),
            voice=voice,
            habits=frozenset(name for name, chance in HABITS[voice].items() if rng.random() < chance),
            company=company,
        )

    def _address(self, first: str, last: str, language: str, company: str) -> str:
        rng = self._rng
        f, l = ascii_of(first), ascii_of(last)  # noqa: E741
        shapes = [
            f"{f}.{l}",
            f"{f}{l}",
            f"{f[0]}.{l}",
            f"{l}.{f}",
            f"{f}_{l}",
            f"{f}{l[0]}{rng.randint(54, 99)}",
            f"{l}{f[0]}",
        ]
        domain = f"{ascii_of(company)}.example" if company else rng.choice(names(language, "domain"))
        address = f"{rng.choice(shapes)}@{domain}"
        while address in self._taken:
            address = f"{f}.{l}{rng.randint(2, 99)}@{domain}"
        self._taken.add(address)
        return address


@cache
def names(language: str, section: str) -> list[str]:
    """Return the names under one heading of `content/names/<language>.txt`."""
    return [name.strip() for line in sections("names", language)[section] for name in line.split(", ")]


def ascii_of(name: str) -> str:
    """Return a name as it stands in an address: "D'Angelo" → "dangelo"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)
