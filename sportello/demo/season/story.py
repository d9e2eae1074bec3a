"""What a story is made of: things said, and the conversations they make."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .orders import Order
from .people import Person


@dataclass
class Turn:
    """One thing said. `by` is the key of an agent, or "machine"; empty when the customer says it.

    `mail` is the name of one that is made byte by byte; its text is then what is read in it.
    `state` is what became of what we sent: sent, failed, unknown, cancelled. `files`: kind, and what it is about.
    """

    at: datetime
    text: str
    section: str = ""
    person: Person | None = None
    by: str = ""
    note: bool = False
    files: list[tuple[str, str]] = field(default_factory=list)
    state: str = "sent"
    reason: str = ""
    auto: bool = False
    cc: list[str] = field(default_factory=list)
    bounce: dict[str, Any] | None = None
    mail: str = ""

    @property
    def ours(self) -> bool:
        return bool(self.by)


@dataclass
class Thread:
    """A conversation of the story. `finished`: everything that had to be said was said before the last morning.

    `assignee` is the key of an agent; None: whoever answered it. `happened` are events beside the messages: when,
    name, by whom, data. `possibly_of` and `twin_of` are names of other threads.
    """

    topic: str
    person: Person
    subject: str
    turns: list[Turn]
    agent: str
    team: str
    inbox: str = "assistenza"
    order: Order | None = None
    tags: list[str] = field(default_factory=list)
    mood: str = ""
    finished: bool = False
    closings: list[tuple[datetime, str]] = field(default_factory=list)
    name: str = ""
    number: int = 0
    assignee: str | None = None
    priority: str = "normal"
    unread: bool | None = None
    snoozed_until: datetime | None = None
    blocked: bool = False
    spam: bool = False
    drafts: dict[str, str] = field(default_factory=dict)
    happened: list[tuple[datetime, str, str, dict[str, Any]]] = field(default_factory=list)
    possibly_of: str = ""
    twin_of: str = ""

    @property
    def began(self) -> datetime:
        return self.turns[0].at

    @property
    def closed_at(self) -> datetime | None:
        """When it was solved for good; None when the customer wrote again afterwards, or it never was."""
        last = self.closings[-1][0] if self.closings else None
        return last if last and last >= max(turn.at for turn in self.turns) else None
