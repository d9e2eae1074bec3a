"""What the shop sells, and how one speaks of it: Italian needs the article, the number and the gender."""

import random
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from .words import CONTENT

WITH_ARTICLE = {  # how a preposition melts with each article
    "del": {"il": "del", "la": "della", "i": "dei", "le": "delle", "l'": "dell'"},
    "al": {"il": "al", "la": "alla", "i": "ai", "le": "alle", "l'": "all'"},
    "sul": {"il": "sul", "la": "sulla", "i": "sui", "le": "sulle", "l'": "sull'"},
}
ENDINGS = {"ms": "o", "fs": "a", "mp": "i", "fp": "e"}


@dataclass(frozen=True)
class Item:
    """One article of the catalogue; the columns are those of `content/catalogue.txt`."""

    sku: str
    price: Decimal
    kind: str
    article: str
    talk: str
    form: str
    some: str
    name: str
    en: str
    de: str
    fr: str
    es: str

    @property
    def plural(self) -> bool:
        return self.form.endswith("p")

    def in_language(self, language: str) -> str:
        """Return what it is called there."""
        return self.talk if language == "it" else getattr(self, language)

    def slots(self, language: str, other: "Item") -> dict[str, str]:
        """Return the words a sentence needs to speak of it, and of `other` as something it is not."""
        if language != "it":
            name = self.in_language(language)
            foreign = other.in_language(language)
            altro = foreign if language != "en" or other.plural else f"a {foreign}"
            return {"name": name, "the": f"the {name}", "altro": altro, "Name": name[0].upper() + name[1:]}
        many = self.plural
        words = {"il": self._with(self.article), "nome": self.talk, "altro": other.some, "o": ENDINGS[self.form]}
        words |= {into: self._with(melted[self.article]) for into, melted in WITH_ARTICLE.items()}
        words |= {"è": "sono" if many else "è", "no": "no" if many else "", "era": "erano" if many else "era"}
        words |= {
            "e": "i" if many else "e",
            "parte": "partono" if many else "parte",
            "doveva": "dovevano" if many else "doveva",
        }
        return words | {key.capitalize(): words[key][0].upper() + words[key][1:] for key in ("il", "nome")}

    def _with(self, article: str) -> str:
        return f"{article}{'' if article.endswith(chr(39)) else ' '}{self.talk}"


@cache
def catalogue() -> tuple[Item, ...]:
    """Return everything the shop sells."""
    lines = (CONTENT / "catalogue.txt").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]
    return tuple(Item(sku, Decimal(price), *rest) for sku, price, *rest in rows)


@cache
def by_sku() -> dict[str, Item]:
    return {item.sku: item for item in catalogue()}


def another(item: Item, rng: random.Random) -> Item:
    """Return something else than `item`."""
    return rng.choice([one for one in catalogue() if one is not item])
