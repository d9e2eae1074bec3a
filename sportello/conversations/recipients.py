"""Who an answer goes to: computed from the message it answers, shown before sending. Pure functions."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

Party = dict[str, str]  # {"name": "…", "address": "…"}


@dataclass(frozen=True)
class Recipients:
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()


def recipients_of_answer(parties: dict[str, Any], *, ours: Collection[str], we_wrote_it: bool = False) -> Recipients:
    """Return who gets the answer to a message with these parties.

    `ours` are the shop's own addresses: they never get our answers. A reply to our own message goes to whom that one
    went. Else it goes to Reply-To when there is one, or to From; the others who could read it stay in copy.
    """
    everyone = _Everyone(ours)
    if we_wrote_it:
        return Recipients(to=everyone.take(parties.get("to", ())), cc=everyone.take(parties.get("cc", ())))
    sender = [parties["from"]] if parties.get("from") else []
    to = everyone.take(parties.get("reply_to") or ()) or everyone.take(sender)
    # Who asked for answers elsewhere does not want them at both addresses.
    everyone.seen.update(_key(party["address"]) for party in sender)
    return Recipients(to=to, cc=everyone.take([*parties.get("to", ()), *parties.get("cc", ())]))


class _Everyone:
    """Each address once, none of ours."""

    def __init__(self, ours: Iterable[str]):
        self.seen = {_key(address) for address in ours}

    def take(self, parties: Iterable[Party]) -> tuple[Party, ...]:
        taken = []
        for party in parties:
            key = _key(party.get("address", ""))
            if "@" in key and key not in self.seen:
                self.seen.add(key)
                taken.append({"name": party.get("name", ""), "address": party["address"]})
        return tuple(taken)


def _key(address: str) -> str:
    """The same mailbox, however it was typed: case folded, our plus-token taken off."""
    local, at, domain = address.strip().casefold().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
