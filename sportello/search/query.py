"""What somebody typed, understood: clauses that must all be met, each in one of several ways.

Every character that could mean something to a database is gone before it is asked: only folded words remain.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .words import PHONE, STEMMERS, WORD, digits_of, fold, normal, stems_of, words_of

LONGEST_QUERY = 300
MOST_CLAUSES = 16
SHORTEST_PREFIX = 2

TYPED = re.compile(rf'"(?P<phrase>[^"]*)(?P<closed>"?)|(?P<phone>{PHONE.pattern})|(?P<word>[^\s"\x27\u2019]+)')


@dataclass(frozen=True)
class Way:
    """Words that follow each other; with `begins`, the last one may go on."""

    words: tuple[str, ...]
    begins: bool = False


Clause = tuple[Way, ...]
Query = tuple[Clause, ...]


def parse(typed: str) -> Query:
    """Return the clauses of what was typed. Nothing to look for: an empty tuple.

    >>> parse('"piatto rotto" TT-104')
    (piatto rotto) and (tt 104… or tt104…)
    """
    typed = normal(typed[:LONGEST_QUERY])
    last = len(typed.rstrip())
    clauses = (_clause(match, is_last=match.end() == last) for match in TYPED.finditer(typed))
    return tuple(clause for clause in clauses if clause)[:MOST_CLAUSES]


def _clause(match: re.Match[str], *, is_last: bool) -> Clause:
    if match["phrase"] is not None:
        return _ways([Way(tuple(words_of(match["phrase"])), begins=is_last and not match["closed"])])
    if match["phone"]:
        return _ways(_phone(match["phone"]))
    return _ways(_word(match["word"], begins=is_last))


def _phone(typed: str) -> Iterable[Way]:
    """As it was typed, or its digits in a row; without the country's when that was typed too."""
    yield Way(tuple(words_of(typed)))
    digits = digits_of(typed)
    longest_country = 3 if typed.startswith(("+", "00")) else 0
    for country in range(longest_country + 1):
        yield Way((digits[country:],), begins=True)


def _word(typed: str, *, begins: bool) -> Iterable[Way]:
    raw = WORD.findall(typed)
    words = tuple(words_of(typed))
    begins = begins and bool(words) and len(words[-1]) >= SHORTEST_PREFIX
    yield Way(words, begins)
    if len(words) > 1:
        yield Way((fold("".join(words)),), begins)
    elif words:
        yield from (Way((stem,)) for stem in sorted(stems_of(raw[0], STEMMERS)) if stem.startswith("~"))


def _ways(ways: Iterable[Way]) -> Clause:
    return tuple(dict.fromkeys(way for way in ways if way.words))


def as_fts5(query: Query) -> str:
    """Return the query in the language of SQLite's FTS5."""
    return " AND ".join(f"({' OR '.join(map(_fts5, clause))})" for clause in query)


def _fts5(way: Way) -> str:
    return f'"{" ".join(way.words)}"' + (" *" if way.begins else "")


def as_tsquery(query: Query) -> str:
    """Return the query in the language of PostgreSQL's `tsquery`."""
    return " & ".join(f"({' | '.join(map(_tsquery, clause))})" for clause in query)


def _tsquery(way: Way) -> str:
    return " <-> ".join(f"'{word}'" for word in way.words) + (":*" if way.begins else "")
