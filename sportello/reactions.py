"""Who reacts to what. Each reaction is a function of a list of events of one name, in the same transaction."""

from collections.abc import Callable

REACTIONS: dict[str, list[Callable]] = {}
