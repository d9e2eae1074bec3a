"""Full text over everything, in the database we have: `index`, `remove`, `find`."""

from .documents import Document, index, remove
from .finding import Hit, find

__all__ = ["Document", "Hit", "find", "index", "remove"]
