"""Numbers as they stand in an address or a form, which anybody may have typed."""


def row_id(text: str | None) -> int:
    """Return the id that `text` is, or 0: also for digits that no database and no Python would take for a number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
