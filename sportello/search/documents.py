"""Put things into the index and take them out, many at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, models, transaction

from .fields import as_text, as_tsvector
from .words import terms

ROWS = 500


@dataclass(frozen=True)
class Document:
    """A thing that can be found: `ref` is its id among its `kind`, `group` what is shown once (a conversation).

    `kind` is one of `models.KINDS`. `language` is a code of two letters, or empty for "Italian or English".
    """

    kind: str
    ref: int
    text: str
    at: datetime
    language: str = ""
    group: int | None = None


def index(documents: Iterable[Document]) -> None:
    """Make these findable, in the caller's transaction; what was indexed before is replaced. One query per 500."""
    latest = {(document.kind, document.ref): document for document in documents}
    in_order = [latest[key] for key in sorted(latest)]  # two processes that index the same never lock each other out
    with transaction.atomic():
        for start in range(0, len(in_order), ROWS):
            _upsert([_row(document) for document in in_order[start : start + ROWS]])


def remove(kind: str, refs: Iterable[int]) -> None:
    """Make these things of one kind unfindable."""
    stored().filter(kind=kind, ref__in=list(refs)).delete()


def stored() -> models.Manager:
    """All that was indexed. The model cannot be imported here: this package is loaded before the apps are ready."""
    return apps.get_app_config("search").get_model("Document")._default_manager


def _row(document: Document) -> tuple:
    told = terms(document.text, document.language)
    return (
        document_id(document.kind, document.ref, document.at.timestamp()),
        document.kind,
        document.ref,
        document.group,
        connection.ops.adapt_datetimefield_value(document.at),
        as_tsvector(told) if connection.vendor == "postgresql" else as_text(told),
    )


def _upsert(rows: list[tuple]) -> None:
    cast = "::tsvector" if connection.vendor == "postgresql" else ""
    values = ", ".join([f"(%s, %s, %s, %s, %s, %s{cast})"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO search_document (id, kind, ref, "group", at, terms) VALUES {values} '  # noqa: S608 placeholders
            'ON CONFLICT (kind, ref) DO UPDATE SET id = excluded.id, "group" = excluded."group", '
            "at = excluded.at, terms = excluded.terms",
            [value for row in rows for value in row],
        )


KINDS = ("message", "conversation", "customer", "order", "article")
"""Their order is part of the ids below: only ever add at the end, eight at most."""


def document_id(kind: str, ref: int, at: float) -> int:
    """Return the id of a document: by time first, so that newest first is a walk down the ids.

    Neither database then sorts what it found, nor reads more than a page of it. 33 bits for the seconds, 3 for
    the kind, 27 for the reference: two of one kind, in one second, 134 million apart would collide.
    """
    seconds = min(max(int(at), 0), 2**33 - 1)
    return seconds << 30 | KINDS.index(kind) << 27 | ref % 2**27
