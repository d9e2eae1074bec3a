"""Find things by what somebody typed, newest first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from .documents import KINDS, stored
from .query import Query, as_fts5, as_tsquery, parse

READ_AT_ONCE = 200
MOST_READS = 25
"""5,000 hits are looked at for one page: who may see none of them waits a moment, not for ever."""
END = 2**63 - 1


@dataclass(frozen=True)
class Hit:
    """Something found. `key` is its place in the order: `find(…, before=hit.key)` goes on after it."""

    kind: str
    ref: int
    at: datetime
    group: int | None
    key: int


Only = Callable[[Sequence[Hit]], Iterable[Hit]]


def find(
    typed: str,
    kinds: Iterable[str] = KINDS,
    *,
    limit: int = 50,
    before: int | None = None,
    only: Only = list,
) -> list[Hit]:
    """Return what has all these words, newest first; of a group (a conversation) only its newest hit.

    "Quotes" find words in a row as written; the last word may be unfinished. `only` gets some hits and returns
    those the reader may see: so a page is full although others' things lie between.
    """
    query = parse(typed)
    hits: list[Hit] = []
    for some in _runs(query, tuple(kinds), before if before is not None else END):
        shown = {hit.group for hit in hits}
        shown |= _groups_above(query, some, before)
        hits += only([hit for hit in _once(some) if hit.group is None or hit.group not in shown])
        if len(hits) >= limit:
            break
    return hits[:limit]


def _once(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The first hit of each group, and all that have none."""
    groups = set()
    for hit in hits:
        if hit.group is None or hit.group not in groups:
            groups.add(hit.group)
            yield hit


def _runs(query: Query, kinds: tuple[str, ...], before: int) -> Iterator[list[Hit]]:
    """What is found, some hundred at a time."""
    for _ in range(MOST_READS if query else 0):
        keys = _keys(query, kinds, before)
        some = stored().filter(pk__in=keys).order_by("-pk").only("kind", "ref", "at", "group")
        yield [Hit(found.kind, found.ref, found.at, found.group, found.pk) for found in some]
        if len(keys) < READ_AT_ONCE:
            return
        before = keys[-1]


def _keys(query: Query, kinds: tuple[str, ...], before: int) -> list[int]:
    if connection.vendor == "postgresql":
        sql = """SELECT id FROM search_document d
                 WHERE terms @@ %s::tsquery AND id < %s AND kind = ANY(%s) ORDER BY id DESC LIMIT %s"""
        return _column(sql, [as_tsquery(query), before, list(kinds), READ_AT_ONCE])
    # The order is that of the index itself: FTS5 walks it backwards and stops when there are enough.
    sql = f"""SELECT i.rowid FROM search_index i CROSS JOIN search_document d ON d.id = i.rowid
              WHERE i.search_index MATCH %s AND i.rowid < %s AND d.kind IN ({", ".join(["%s"] * len(kinds))})
              ORDER BY i.rowid DESC LIMIT %s"""  # noqa: S608 only placeholders
    return _column(sql, [as_fts5(query), before, *kinds, READ_AT_ONCE])


def _groups_above(query: Query, hits: list[Hit], before: int | None) -> set[int | None]:
    """Which groups of these hits were already shown on an earlier page, for a newer hit of theirs."""
    groups = {hit.group for hit in hits if hit.group is not None}
    if before is None or not groups:
        return set()
    candidates = dict(stored().filter(group__in=groups, pk__gte=before).values_list("pk", "group"))
    return {candidates[key] for key in _matching(query, list(candidates))}


def _matching(query: Query, keys: list[int]) -> list[int]:
    """Which of these documents the query finds."""
    if not keys:
        return []
    if connection.vendor == "postgresql":
        sql = "SELECT id FROM search_document WHERE terms @@ %s::tsquery AND id = ANY(%s)"
        return _column(sql, [as_tsquery(query), keys])
    sql = f"""SELECT rowid FROM search_index
              WHERE search_index MATCH %s AND rowid IN ({", ".join(["%s"] * len(keys))})"""  # noqa: S608 only placeholders
    return _column(sql, [as_fts5(query), *keys])


def _column(sql: str, values: list) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]
