"""One message understood, ready to be received."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.utils import timezone

from sportello.channels.base import Inbound, Party
from sportello.channels.models import Delivery, Inbox
from sportello.channels.registry import channels

from ..models import Attachment

Key = tuple[str, str, str]  # kind of identity, normalised address, name


@dataclass(frozen=True)
class Arrived:
    """Where it came in, what it says, and its files, already stored but of no message yet."""

    inbox: Inbox
    inbound: Inbound
    delivery: Delivery | None = None
    attachments: Sequence[Attachment] = field(default=())
    # When it reached us: the customer waits since then, whatever their own clock says.
    at: datetime = field(default_factory=timezone.now)

    def person(self, ours: frozenset[str]) -> Party:
        """Return who wrote it. A form on the shop's site writes in our name: then it is whom Reply-To names."""
        sender, answers = self.inbound.sender, self.inbound.reply_to
        if sender.address in ours and answers and answers[0].address not in ours:
            return answers[0]
        if sender.address:
            return sender
        # Without a sender each is somebody else, so that strangers are never taken for one person.
        digest = sha256(self.inbound.external_id.encode()).hexdigest()[:16]
        return Party(address=f"{digest}@unknown.invalid", name=sender.name)

    def identity_key(self, ours: frozenset[str]) -> Key:
        """Return what `customers.actions.meet_many` needs to find or make the identity that wrote it."""
        person = self.person(ours)
        return channels()[self.inbox.kind].identity_kind, person.address.lower()[:320], person.name[:200]

    @cached_property
    def text(self) -> str:
        """What was written now, as the desk keeps it."""
        return self.inbound.reply_text or self.inbound.text

    @cached_property
    def id_by_text(self) -> str:
        """An id for it when another message has taken its own."""
        return f"{self.inbound.external_id[:250]}#{sha256(self.text.encode()).hexdigest()[:16]}"

    def renamed(self) -> "Arrived":
        """Return it under the id made from its text."""
        return replace(self, inbound=replace(self.inbound, external_id=self.id_by_text))

    @property
    def is_automatic(self) -> bool:
        """Whether a machine wrote it: it waits for nobody, wakes nothing, and no machine of ours answers it."""
        return self.inbound.auto_reply or self.inbound.from_list or self.inbound.bounce is not None

    @property
    def parties(self) -> dict[str, Any]:
        """Everybody it names, as `Message.parties` keeps it."""
        inbound = self.inbound
        groups = {"to": inbound.to, "cc": inbound.cc, "reply_to": inbound.reply_to}
        listed = {name: [_party(party) for party in parties] for name, parties in groups.items()}
        return {"from": _party(inbound.sender), **listed}


def _party(party: Party) -> dict[str, str]:
    return {"name": party.name, "address": party.address}
