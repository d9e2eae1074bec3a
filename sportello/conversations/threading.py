"""Which conversation a message continues: safe against joining strangers.

In this order, and the first that holds decides:
1. our signed token in In-Reply-To, References or the address it was sent to: only a holder of that mail has it;
2. a message it refers to, if it stands in a conversation of the same inbox and the sender takes part there;
3. a message that answers this one and overtook it on its way, under the same check;
4. the number in the subject, "[#4812]", under the same check;
5. none: a new conversation, "possibly of" the one that a failed check pointed to.

Taking part means: having written or been written to in that conversation, being another address of its customer, or
a colleague of theirs in the same company. Names of senders can be forged: whoever the answer is to go to (Reply-To)
must take part as well, or a stranger would be sent what was said before.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sportello.channels.base import Inbound
from sportello.customers.models import Identity, Membership

from .models import Conversation, Message
from .tokens import conversation_in

NUMBER = re.compile(r"\[#(\d{1,18})\]")
MOST_REFERENCES = 60
ANY_INBOX = 0
LISTED = ("to", "cc", "bcc", "reply_to")


@dataclass(frozen=True)
class Thread:
    """What was decided: the key of the conversation it continues, or None for a new one, perhaps of another."""

    key: int | None = None
    possibly_of: int | None = None


@dataclass(frozen=True)
class Letter:
    """What threading needs to know of one message: what it says of itself, where it came, who sent it."""

    inbound: Inbound
    inbox_id: int
    sender: Identity

    @property
    def ids(self) -> list[str]:
        """What it refers to, the nearest first."""
        failed = self.inbound.bounce.original_id if self.inbound.bounce else ""
        nearest = [failed, self.inbound.in_reply_to, *reversed(self.inbound.references[-MOST_REFERENCES:])]
        return [id_ for id_ in dict.fromkeys(nearest) if id_]

    @property
    def token(self) -> int | None:
        addresses = [party.address for party in (*self.inbound.to, *self.inbound.cc)]
        return conversation_in([*self.ids, *addresses])

    @property
    def answers_go_to(self) -> set[str]:
        return {party.address.lower() for party in self.inbound.reply_to}

    @property
    def number(self) -> int | None:
        found = NUMBER.search(self.inbound.subject)
        return int(found[1]) if found else None


class Threads:
    """The facts of a batch of letters, read in a few queries; then `of(letter)` decides without the database.

    `add` tells it of what the batch itself makes, under keys of the caller's choice, so that a message and its answer
    may arrive together.
    """

    def __init__(self, letters: Sequence[Letter]):
        self._by_reference = self._referred_to(letters)
        self._awaited = self._overtaken(letters)
        claimed = {letter.token for letter in letters} | {letter.number for letter in letters}
        claimed |= {*self._by_reference.values(), *self._awaited.values()}
        self._conversations = Conversation.objects.select_related("inbox").in_bulk([id_ for id_ in claimed if id_])
        self._members = self._who_takes_part(self._conversations)

    def of(self, letter: Letter) -> Thread:
        """Return where this letter belongs."""
        if (token := letter.token) and (known := self._conversations.get(token)) and self._same_inbox(known, letter):
            return Thread(token)
        possibly = token if token in self._conversations else None
        for candidate in self._candidates(letter):
            if candidate and (known := self._conversations.get(candidate)):
                if self._same_inbox(known, letter) and self._takes_part(candidate, letter):
                    return Thread(candidate)
                possibly = possibly or candidate
        return Thread(possibly_of=possibly)

    def add(self, key: int, conversation: Conversation, letter: Letter) -> None:
        """Remember what was just received, and that it is in the conversation called `key`."""
        self._conversations.setdefault(key, conversation)
        self._by_reference[letter.inbox_id, letter.inbound.external_id] = key
        self._by_reference.setdefault((ANY_INBOX, letter.inbound.external_id), key)
        if letter.inbound.in_reply_to:
            self._awaited.setdefault((letter.inbox_id, letter.inbound.in_reply_to), key)
        members = self._members.setdefault(key, set())
        members |= {letter.sender.value, f"customer:{letter.sender.customer_id}"}
        members |= {party.address for party in (*letter.inbound.to, *letter.inbound.cc)} | letter.answers_go_to

    def conversation(self, key: int) -> Conversation:
        """Return the conversation that `of` named."""
        return self._conversations[key]

    def _candidates(self, letter: Letter) -> Iterable[int | None]:
        for id_ in letter.ids:
            yield self._by_reference.get((letter.inbox_id, id_))
        yield self._awaited.get((letter.inbox_id, letter.inbound.external_id))
        yield letter.number
        for id_ in (*letter.ids, letter.inbound.external_id):  # In another inbox: hardly joined, but worth a hint.
            yield self._by_reference.get((ANY_INBOX, id_))

    def _same_inbox(self, conversation: Conversation, letter: Letter) -> bool:
        """An inbox that was switched off has left its conversations to whichever receives the answer."""
        return conversation.inbox_id == letter.inbox_id or not conversation.inbox.is_active

    def _takes_part(self, key: int, letter: Letter) -> bool:
        members, sender = self._members.get(key, set()), letter.sender
        known = sender.value in members or f"customer:{sender.customer_id}" in members
        return known and letter.answers_go_to <= members | {sender.value}

    @staticmethod
    def _referred_to(letters: Sequence[Letter]) -> dict[tuple[int, str], int]:
        ids = {id_ for letter in letters for id_ in (*letter.ids, letter.inbound.external_id)}
        found = Message.objects.filter(external_id__in=ids).values_list("inbox_id", "external_id", "conversation_id")
        known: dict[tuple[int, str], int] = {}
        for inbox_id, external_id, conversation_id in found:
            known[inbox_id, external_id] = conversation_id
            known[ANY_INBOX, external_id] = conversation_id
        return known

    @staticmethod
    def _overtaken(letters: Sequence[Letter]) -> dict[tuple[int, str], int]:
        """Return where the answers to these letters are that came before them."""
        ids = {letter.inbound.external_id for letter in letters}
        answers = Message.objects.filter(in_reply_to__in=ids).order_by("-id")
        rows = answers.values_list("inbox_id", "in_reply_to", "conversation_id")
        return {(inbox_id, answered): conversation_id for inbox_id, answered, conversation_id in rows}

    @staticmethod
    def _who_takes_part(conversations: dict[int, Conversation]) -> dict[int, set[str]]:
        members: dict[int, set[str]] = {id_: set() for id_ in conversations}
        parties = Message.objects.filter(conversation__in=conversations).exclude(kind=Message.Kind.NOTE)
        for id_, who in parties.values_list("conversation_id", "parties"):
            everybody = [who.get("from") or {}, *(party for group in LISTED for party in who.get(group, ()))]
            members[id_] |= {party.get("address", "").lower() for party in everybody}
        people = {conversation.customer_id for conversation in conversations.values()}
        colleagues = _colleagues(people)
        addresses = _addresses(people.union(*colleagues.values()))
        for id_, conversation in conversations.items():
            known = {conversation.customer_id} | colleagues.get(conversation.customer_id, set())
            members[id_] |= {f"customer:{person}" for person in known}
            members[id_] |= {address for person in known for address in addresses.get(person, ())}
            members[id_].discard("")
        return members


def _addresses(people: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for person, value in Identity.objects.filter(customer__in=people).values_list("customer_id", "value"):
        found.setdefault(person, set()).add(value)
    return found


def _colleagues(people: set[int]) -> dict[int, set[int]]:
    """Return, for each of these customers, who belongs to a company of theirs."""
    companies = list(Membership.objects.filter(customer__in=people).values_list("company_id", "customer_id"))
    if not companies:
        return {}
    staff: dict[int, set[int]] = {}
    rows = Membership.objects.filter(company__in={company for company, _ in companies})
    for company, customer in rows.values_list("company_id", "customer_id"):
        staff.setdefault(company, set()).add(customer)
    together: dict[int, set[int]] = {}
    for company, customer in companies:
        together.setdefault(customer, set()).update(staff[company])
    return together
