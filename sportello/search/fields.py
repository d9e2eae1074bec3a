"""How the terms of a document lie in each database. No parser of a database has a say in it."""

from collections import defaultdict

from django.db import models

from .words import Terms

LAST_POSITION = 16_383
MOST_POSITIONS = 255


class TermsField(models.Field):
    """A tsvector on PostgreSQL, on SQLite a text of terms with spaces between. Written by `index`, never read back."""

    def db_type(self, connection):
        return "tsvector" if connection.vendor == "postgresql" else "text"


def as_text(terms: Terms) -> str:
    """Return the words in their order, then the others."""
    return " ".join([*terms.words, *sorted(terms.others)])


def as_tsvector(terms: Terms) -> str:
    """Return the terms as PostgreSQL reads a tsvector: words with their positions, the others without."""
    positions: dict[str, list[str]] = defaultdict(list)
    for position, word in enumerate(terms.words, 1):
        if position <= LAST_POSITION and len(positions[word]) < MOST_POSITIONS:
            positions[word].append(str(position))
    words = [f"'{word}':{','.join(at)}" for word, at in positions.items() if at]
    return " ".join([*words, *(f"'{term}'" for term in terms.others)])
