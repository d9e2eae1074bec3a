"""From running text to the terms we look for: the same ones on every database, because we make them, not it.

A term is an exact word, folded (no accents, no capitals), or a stem, marked with "~" so that the two never meet.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer

LONGEST_TEXT = 20_000
"""Characters of a document that are indexed: what comes after is not found, and a huge mail costs no more."""
LONGEST_WORD = 64
LONGEST_STEMMED = 30

STEMMERS = {"it": "italian", "en": "english", "de": "german", "fr": "french", "es": "spanish"}
UNTOLD = ("it", "en")
"""What a text may be written in when nobody said."""

WORD = re.compile(r"[^\W_]+")
# "TT-10482", "giulia@posta.example", "e-mail": found whole, by its parts, and written together.
COMPOUND = re.compile(r"[^\W_]+(?:[-./_@+][^\W_]+)+")
LETTERS_DIGITS = re.compile(r"[^\W\d_]{1,6}(\d{3,})")
PHONE = re.compile(r"(?<!\w)(?:\+|00)?[0-9](?:[ ./()-]{0,2}[0-9]){7,14}(?!\w)")
SHORTEST_FRAGMENT = 4

# Letters that Unicode does not take apart into a letter and an accent.
WHOLE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Terms:
    """The terms of one text: `words` in their order (phrases), `others` in none (stems, joined and part words)."""

    words: tuple[str, ...]
    others: frozenset[str]


def terms(text: str, language: str = "") -> Terms:
    """Return what this text can be found by. Costs bounded time whatever the text."""
    text = normal(text[:LONGEST_TEXT])
    languages = (language,) if language in STEMMERS else UNTOLD
    words: list[str] = []
    others: set[str] = set()
    for raw in WORD.findall(text):
        word, stems = _word(raw, languages)
        if word:
            words.append(word)
            others |= stems
    others.update(_together(text))
    others.update(_fragments(text))
    return Terms(tuple(words), frozenset(others.difference(words)))


def normal(text: str) -> str:
    """Return the text with one way of writing each letter, and no capitals."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def fold(word: str) -> str:
    """Return the word without accents: "città" is "citta". Letters and digits only, at most 64."""
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word).casefold() if c.isalnum()).translate(WHOLE)
    return word[:LONGEST_WORD]


def words_of(text: str) -> list[str]:
    """Return the folded words of a normal text, in their order."""
    return [word for word in map(fold, WORD.findall(text)) if word]


def stems_of(raw: str, languages: Iterable[str]) -> frozenset[str]:
    """Return the marked stems of a normal word in these languages."""
    return _word(raw, tuple(languages))[1]


@lru_cache(maxsize=100_000)
def _word(raw: str, languages: tuple[str, ...]) -> tuple[str, frozenset[str]]:
    """Return (folded word, its other terms). Cached: a pure Python stemmer takes 45 µs a word."""
    word = fold(raw)
    if joined := LETTERS_DIGITS.fullmatch(word):
        return word, frozenset([joined[1]])
    if len(word) > LONGEST_STEMMED or len(word) < 3 or not word.isalpha():
        return word, frozenset()
    # Both with and without accents: "perderà" is known to the stemmer, "perdera" is what people type.
    return word, frozenset("~" + fold(_stem(w, language)) for w in {raw, word} for language in languages)


def _stem(word: str, language: str) -> str:
    with _one_at_a_time:  # a stemmer keeps its word in itself
        return _stemmer(language).stemWord(word)


@cache
def _stemmer(language: str):
    return snowballstemmer.stemmer(STEMMERS[language])


def _together(text: str) -> Iterable[str]:
    """Compound words written together: "tt10482" for "TT-10482"."""
    for compound in COMPOUND.findall(text):
        joined = "".join(words_of(compound))
        if len(joined) <= LONGEST_WORD:
            yield joined


def _fragments(text: str) -> Iterable[str]:
    """All ends of a phone number, so that (with a prefix) any four digits in a row find it."""
    for phone in PHONE.findall(text):
        digits = digits_of(phone)
        for start in range(len(digits) - SHORTEST_FRAGMENT + 1):
            yield digits[start:]


def digits_of(phone: str) -> str:
    """Return the digits, without the 00 that stands for +."""
    return "".join(filter(str.isdigit, phone)).removeprefix("00")
