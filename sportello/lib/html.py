"""HTML from strangers: made harmless, and read as text."""

import nh3
from inscriptis import get_text

LONGEST = 2_000_000


def sanitise(html: str) -> str:
    """Return the HTML with nothing in it that can act: no script, style sheet, form, frame or event handler."""
    return nh3.clean(html[:LONGEST], link_rel="noopener noreferrer")


def to_text(html: str) -> str:
    """Return what a person would read."""
    return get_text(html[:LONGEST]) if html.strip() else ""
