"""Build one pattern from a list of phrases, so that phrases stand one under the other as data."""

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    """Match any of these phrases (patterns themselves), in any case, anywhere."""
    return re.compile("|".join(phrases), re.IGNORECASE | re.MULTILINE)
