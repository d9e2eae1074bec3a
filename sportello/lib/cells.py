"""Cells of a spreadsheet that others will open."""

import re


def guarded(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: what a stranger wrote must not be run."""
    return f"'{text}" if re.match(r"\s*[=+\-@\t\r]", text) else text
