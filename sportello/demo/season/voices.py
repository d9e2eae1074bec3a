"""How a person types: all lower case, without accents, with slips. Numbers, codes and addresses stay as they are."""

import random
import re

from .people import Person

SHORT = {
    "it": {
        "non": "nn", "comunque": "cmq", "per": "x", "perché": "xké", "che": "ke", "grazie": "grz", "messaggio": "msg",
        "qualcosa": "qlc", "quando": "qnd", "anche": "anke", "sono": "sn", "più": "piu", "tutto": "tt",
    },
    "en": {"you": "u", "please": "pls", "your": "ur", "because": "cos", "and": "&", "received": "recd"},
    "de": {"nicht": "nich", "bitte": "bitte", "vielleicht": "vllt", "und": "u.", "danke": "thx"},
}  # fmt: skip
ACCENTS = str.maketrans({"à": "a'", "è": "e'", "é": "e'", "ì": "i'", "ò": "o'", "ù": "u'", "È": "E'"})
WORD = re.compile(r"[^\W\d_]+")
KEEP = re.compile(r"\S*[\d@«»{}]\S*|https?://\S+")


def typed(text: str, person: Person, rng: random.Random) -> str:
    """Return `text` as this person types it."""
    habits = person.habits
    lines = [line if KEEP.fullmatch(line) else _line(line, person, rng) for line in text.split("\n")]
    text = "\n".join(lines)
    if "dots" in habits:
        text = re.sub(r"\. (?=\w)", lambda _: rng.choice([".... ", "... ", ". "]), text)
    if "bangs" in habits:
        text = re.sub(r"(?<=\w)!", lambda _: rng.choice(["!", "!!", "!!!"]), text)
    if "drop" in habits:
        text = re.sub(r"(?<=\w)[.](?=\n|$)", "", text)
    return text


def _line(line: str, person: Person, rng: random.Random) -> str:
    habits = person.habits
    words = [word if KEEP.fullmatch(word) else _word(word, person, rng) for word in line.split(" ")]
    line = " ".join(words)
    if "apostrophes" in habits:
        line = line.translate(ACCENTS)
    return line


def _word(word: str, person: Person, rng: random.Random) -> str:
    habits = person.habits
    if "shorten" in habits and rng.random() < 0.5:
        word = WORD.sub(lambda found: SHORT.get(person.language, {}).get(found[0].lower(), found[0]), word)
    if "slip" in habits and rng.random() < 0.025:
        word = WORD.sub(lambda found: slip(found[0], rng), word)
    if "capitals" in habits:
        return word.upper()
    return word.lower() if "lower" in habits else word


def slip(word: str, rng: random.Random) -> str:
    """Return the word with one slip of the fingers: two letters swapped, one lost or one twice. Short ones stay."""
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 2)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return rng.choice([swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]])
