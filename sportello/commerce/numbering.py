"""Order numbers: how a shop writes them, and where a customer mentions one. Pure functions.

A shape is a number with "#" for each digit: "TT-10482" is of the shape "TT-#####". A number without digits has "@"
for each letter. Shapes are learned from the orders a store sends us, or said by the shopkeeper.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

LONGEST_TEXT = 20_000
MOST_MENTIONS = 40
MOST_SHAPES = 8

CODES = (
    re.compile(r"(?<!\w)[A-Za-z]{1,6}[-–/_ ]?\d{3,12}(?!\w)"),  # "TT-10482", "tt 10482"
    re.compile(r"(?<!\w)[A-Za-z0-9]{1,12}(?:[-–/_.][A-Za-z0-9]{1,12}){0,3}(?!\w)"),  # "2026/000123", "K7F-92QX"
)
# "ordine n. 10482", "order 10482 and 10483", "#10482".
CALLED = re.compile(
    r"(?:(?<!\w)(?:ordin[ei]|ord|orders?|bestell\w{0,8}|auftrag\w{0,8}|commande|pedido|numero|number|nummer|nr|no|n)"
    r"[\s.:°º#]{1,4}|[#№]\s?)(\d{3,12}(?:\s?(?:,|e|ed|and|und|et|y|&)\s?\d{3,12}){0,9})(?!\w)",
    re.IGNORECASE,
)
DIGIT = re.compile(r"\d")
LETTERS = re.compile(r"(?<!\w)[A-Z]{5,20}(?!\w)")


def number_key(number: str) -> str:
    """Return the number as people may type it: letters and digits, folded. "TT-10482" is "tt10482"."""
    return "".join(filter(str.isalnum, number.casefold()))[:60]


def shape_of(number: str) -> str:
    """Return the shape of an order number."""
    number = number.strip()
    if any(map(str.isdigit, number)):
        return "".join("#" if c.isdigit() else c for c in number)
    return "".join("@" if c.isalpha() else c for c in number)


def learn(shapes: dict[str, int], numbers: Iterable[str]) -> dict[str, int]:
    """Return the shapes with how often each was met, these numbers added; only the commonest are kept."""
    met = Counter(shapes)
    met.update(map(shape_of, numbers))
    return dict(met.most_common(MOST_SHAPES))


@dataclass(frozen=True)
class Shapes:
    """What the shapes of all stores tell: letters before the digits, how many digits, and words of letters only."""

    prefixes: frozenset[str]
    lengths: frozenset[int]
    letters: frozenset[int]

    @classmethod
    def of(cls, shapes: Iterable[str]) -> "Shapes":
        shapes = list(shapes)
        return cls(
            prefixes=frozenset(number_key(shape.partition("#")[0]) for shape in shapes if "#" in shape),
            lengths=frozenset(shape.count("#") for shape in shapes if "#" in shape),
            letters=frozenset(shape.count("@") for shape in shapes if "@" in shape),
        )


def mentions(text: str, shapes: Shapes) -> list[str]:
    """Return the keys that could be order numbers in this text, in their order: some forty at most."""
    text = text[:LONGEST_TEXT]
    if not shapes.letters and not DIGIT.search(text):
        return []  # most messages: ten times faster than to look for codes
    found = sorted([*_codes(text), *_called(text, shapes), *_letters(text, shapes)])
    return list(dict.fromkeys(key for _, key in found))[:MOST_MENTIONS]


def _codes(text: str) -> Iterator[tuple[int, str]]:
    """What looks like a code by itself. Bare digits do not: they may be a price, a year, a postal code."""
    for match in chain.from_iterable(code.finditer(text) for code in CODES):
        if _is_code(match[0]):
            yield match.start(), number_key(match[0])


def _is_code(word: str) -> bool:
    if not DIGIT.search(word):
        return False  # nearly all words
    key = number_key(word)
    if key.isdigit():
        return not word.isdigit() and len(key) >= 8
    return len(key) >= 4


def _called(text: str, shapes: Shapes) -> Iterator[tuple[int, str]]:
    """Digits that are called an order: with each of the stores' prefixes before them."""
    for match in CALLED.finditer(text):
        for digits in re.finditer(r"\d+", match[1]):
            if len(digits[0]) in shapes.lengths:
                at = match.start(1) + digits.start()
                yield from ((at, prefix + digits[0]) for prefix in sorted(shapes.prefixes))


def _letters(text: str, shapes: Shapes) -> Iterator[tuple[int, str]]:
    for match in LETTERS.finditer(text) if shapes.letters else ():
        if len(match[0]) in shapes.letters:
            yield match.start(), match[0].casefold()
