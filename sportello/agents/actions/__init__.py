"""Everything that can happen to the people who work at the desk."""

from .sessions import end_sessions

__all__ = ["end_sessions"]
