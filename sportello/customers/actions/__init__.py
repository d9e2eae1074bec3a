"""Everything that can happen to a customer."""

from .meeting import meet, meet_many

__all__ = ["meet", "meet_many"]
