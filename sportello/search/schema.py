"""The full text index: what Django's migrations cannot say. A migration that alters `Document` must make it again.

SQLite: an FTS5 table beside `Document` that keeps no text of its own, held in step by triggers. Its tokenizer only
splits at spaces (every character outside ASCII belongs to a word there): folding has been done.
PostgreSQL: a GIN index.
"""

SQLITE = [
    """CREATE VIRTUAL TABLE search_index USING fts5(
           terms, content='search_document', content_rowid='id', tokenize="ascii tokenchars '~'")""",
    """CREATE TRIGGER search_indexed AFTER INSERT ON search_document BEGIN
           INSERT INTO search_index(rowid, terms) VALUES (new.id, new.terms); END""",
    """CREATE TRIGGER search_removed AFTER DELETE ON search_document BEGIN
           INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.id, old.terms); END""",
    """CREATE TRIGGER search_changed AFTER UPDATE ON search_document BEGIN
           INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.id, old.terms);
           INSERT INTO search_index(rowid, terms) VALUES (new.id, new.terms); END""",
]
UNDO_SQLITE = [
    "DROP TRIGGER search_indexed",
    "DROP TRIGGER search_removed",
    "DROP TRIGGER search_changed",
    "DROP TABLE search_index",
]
POSTGRESQL = ["CREATE INDEX search_terms ON search_document USING gin (terms)"]
UNDO_POSTGRESQL = ["DROP INDEX search_terms"]


def make_index(apps, editor) -> None:
    """Make the index of this database. Fits `migrations.RunPython`."""
    _run(editor, SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL)


def drop_index(apps, editor) -> None:
    """Undo `make_index`."""
    _run(editor, UNDO_SQLITE if editor.connection.vendor == "sqlite" else UNDO_POSTGRESQL)


def _run(editor, statements: list[str]) -> None:
    for statement in statements:
        editor.execute(statement, params=None)
