"""Everything that can happen to a conversation."""

from .assign import assign, claim, move
from .close import close, reopen
from .draft import attach, detach, discard_draft, save_draft
from .link import link_order, unlink_order
from .note import note
from .prioritise import prioritise
from .read import mark_read, mark_unread
from .receive import receive, receive_many
from .reply import Moved, NobodyToAnswer, reply
from .sending import TooLate, retry, settle, undo
from .snooze import snooze, wake
from .spam import block, mark_spam, unmark_spam
from .tag import tag, untag

__all__ = [
    "Moved",
    "NobodyToAnswer",
    "TooLate",
    "assign",
    "attach",
    "block",
    "claim",
    "close",
    "detach",
    "discard_draft",
    "link_order",
    "mark_read",
    "mark_spam",
    "mark_unread",
    "move",
    "note",
    "prioritise",
    "receive",
    "receive_many",
    "reopen",
    "reply",
    "retry",
    "save_draft",
    "settle",
    "snooze",
    "tag",
    "undo",
    "unlink_order",
    "unmark_spam",
    "untag",
    "wake",
]
