"""Everything that can happen to a customer."""

from .blocking import block, unblock
from .companies import found_company, join, leave
from .describing import describe
from .identities import Taken, add_identity, remove_identity
from .meeting import meet, meet_many

__all__ = [
    "Taken",
    "add_identity",
    "block",
    "describe",
    "found_company",
    "join",
    "leave",
    "meet",
    "meet_many",
    "remove_identity",
    "unblock",
]
