"""Conversations of the story as rows: messages in the order of time, the events beside them, the copied facts."""

import hashlib
import random
from collections.abc import Iterator
from datetime import timedelta

from sportello.channels.base import Outbound, Party
from sportello.channels.email.compose import compose
from sportello.channels.models import Delivery
from sportello.channels.registry import channel_of
from sportello.channels.storing import LARGEST_IN_ROW
from sportello.conversations.files import attachment_of
from sportello.conversations.models import Attachment, Conversation, Draft, Message, Priority, Sending
from sportello.conversations.receiving.arrived import Arrived
from sportello.conversations.tokens import new_message_id
from sportello.customers.models import Identity
from sportello.lib import storage

from ..season.clock import REFERENCE, Clock
from ..season.people import Person
from ..season.story import Thread, Turn
from .facts import Said, copy_facts
from .files import file_of
from .happenings import Happenings
from .mails import raw_of
from .people import PeopleWriter
from .quarantine import put_aside
from .rows import Rows
from .shop import NAME, Shop
from .texts import html_of, quote_of

UNDO = timedelta(seconds=10)
ORIGINALS = timedelta(days=3)  # for the latest messages the bytes they came as are there too


class HistoryWriter:
    """Turns the threads of the story into rows. Messages are numbered in the order of time, as a real desk does."""

    def __init__(self, rows: Rows, clock: Clock, shop: Shop, people: PeopleWriter):
        self._rows, self._clock, self._shop, self._people = rows, clock, shop, people
        self._rng = random.Random(4812)  # noqa: S311 - a story, not a secret
        self._happenings = Happenings(rows, clock, shop)
        self._last: dict[int, Message] = {}  # by conversation, what an answer would answer
        self._by_name: dict[str, Conversation] = {}

    def write(self, threads: list[Thread]) -> None:
        """Collect the rows of all."""
        started = [(thread, self._conversation(thread, number)) for thread, number in _numbered(threads)]
        spoken = ((turn, thread, conversation) for thread, conversation in started for turn in thread.turns)
        said: dict[int, list[Said]] = {}
        for turn, thread, conversation in sorted(spoken, key=lambda one: one[0].at):
            message = self._message(turn, thread, conversation)
            said.setdefault(conversation.pk, []).append((turn, message))
            self._happenings.of_message(turn, message)
        for thread, conversation in started:
            copy_facts(conversation, said[conversation.pk])
            self._finish(thread, conversation, said[conversation.pk][-1][1])
        put_aside(self._rows, self._happenings, self._shop.inboxes["assistenza"], self._clock)
        self._happenings.write()

    def _conversation(self, thread: Thread, number: int) -> Conversation:
        shop, at = self._shop, self._clock.shift
        closed, snoozed = thread.closed_at, thread.snoozed_until
        conversation = self._rows.add(
            Conversation, pk=number, subject=thread.subject[:300], inbox=shop.inboxes[thread.inbox],
            customer=self._identity(thread.person.email).customer, team=shop.teams.get(thread.team),
            priority=Priority[thread.priority.upper()], language=thread.person.language,
            created_at=at(thread.began), closed_at=at(closed) if closed else None,
            snoozed_until=at(snoozed) if snoozed else None,
            spam_at=at(min(thread.began + timedelta(minutes=50), REFERENCE)) if thread.spam else None,
        )  # fmt: skip
        self._by_name[thread.name] = conversation
        return conversation

    def _identity(self, email: str) -> Identity:
        return self._people.identities[email]

    def _message(self, turn: Turn, thread: Thread, conversation: Conversation) -> Message:
        at = self._clock.shift(turn.at)
        kind = Message.Kind.NOTE if turn.note else Message.Kind.OUT if turn.ours else Message.Kind.IN
        message = self._rows.add(
            Message, conversation=conversation, inbox=conversation.inbox, kind=kind, text=turn.text, auto=turn.auto,
            author=self._shop.agents.get(turn.by), created_at=at, sent_at=None if turn.ours else at, bounce=turn.bounce,
        )  # fmt: skip
        if kind == Message.Kind.IN:
            self._comes_in(message, turn, thread)
        else:
            message.html = html_of(turn.text)
        if kind == Message.Kind.OUT:
            self._goes_out(message, turn)
        if kind != Message.Kind.NOTE:
            self._continue(message, conversation)
        for file in turn.files:
            self._attach(message, *file)
        return message

    def _comes_in(self, message: Message, turn: Turn, thread: Thread) -> None:
        person = turn.person or thread.person
        message.identity = self._identity(person.email)
        message.external_id = f"{self._rng.getrandbits(80):020x}@{person.email.partition('@')[2]}"
        to = [_party(NAME, message.inbox.address)]
        cc = [_party("", address) for address in turn.cc]
        message.parties = {"from": _party(person.name, person.email), "to": to, "cc": cc, "reply_to": []}
        before = self._last.get(message.conversation_id)
        if before and before.kind == Message.Kind.OUT and not turn.auto and self._rng.random() < 0.6:
            message.quoted = quote_of(before, thread.person.language)
        if thread.twin_of:
            twin = self._by_name[thread.twin_of]
            message.external_id = self._last[twin.pk].external_id
        if turn.mail:
            self._read(message, turn, person)
        elif turn.at > REFERENCE - ORIGINALS:
            message.delivery = self._delivery(message, self._original_of(message, turn))

    def _read(self, message: Message, turn: Turn, person: Person) -> None:
        """A mail made byte by byte: understood by the real parser, as intake would."""
        inbox = message.inbox
        raw = raw_of(
            turn.mail, person=person, to=inbox.address, subject=message.conversation.subject, at=message.created_at
        )
        inbound = channel_of(inbox).parse(raw)[0]
        arrived = Arrived(inbox, inbound)
        message.parties = arrived.parties
        message.text, message.quoted = inbound.reply_text or inbound.text, inbound.quoted_text
        message.html, message.external_id = inbound.html, inbound.external_id
        message.problems, message.auto = list(inbound.problems), arrived.is_automatic
        message.delivery = self._delivery(message, raw)
        for file in inbound.files:
            self._keep(message, attachment_of(file))

    def _original_of(self, message: Message, turn: Turn) -> bytes:
        """The mail this message would have come as."""
        sender = Party(**message.parties["from"])
        to = tuple(Party(**party) for party in message.parties["to"])
        text = "\n\n".join(filter(None, [message.text, message.quoted]))
        before = self._last.get(message.conversation_id)
        return compose(
            Outbound(
                external_id=message.external_id,
                sender=sender,
                to=to,
                subject=message.conversation.subject,
                text=text,
                in_reply_to=before.external_id if before else "",
                files=tuple(file_of(*file) for file in turn.files),
                sent_at=message.created_at,
            )
        )

    def _delivery(self, message: Message, raw: bytes) -> Delivery:
        kept = raw if len(raw) <= LARGEST_IN_ROW else b""
        key = hashlib.sha256(raw).hexdigest()
        path = "" if kept else f"deliveries/{key[:2]}/{key}"
        if path:
            storage.keep(path, raw)
        return self._rows.add(
            Delivery, inbox=message.inbox, key=key, body=kept, path=path, size=len(raw), attempts=1,
            state=Delivery.State.READ, arrived_at=message.created_at,
        )  # fmt: skip

    def _goes_out(self, message: Message, turn: Turn) -> None:
        inbox, agent = message.inbox, self._shop.agents.get(turn.by)
        message.signature = agent.signature if agent else ""
        message.external_id = new_message_id(message.conversation_id, inbox.address.partition("@")[2])
        message.parties = {"from": _party(NAME, inbox.address), "to": [], "cc": [], "bcc": []}
        customer = message.conversation.customer
        before = self._last.get(message.conversation_id)
        writer = before.parties["from"] if before and before.kind == Message.Kind.IN else None
        message.parties["to"] = [writer or _party(customer.name, self._address_of(customer))]
        done = message.created_at + UNDO + timedelta(seconds=2)
        self._rows.add(
            Sending, message=message, state=turn.state, due_at=message.created_at + UNDO, handed_over_at=done,
            settled_at=done, attempts=1, reason=turn.reason,
        )  # fmt: skip

    def _address_of(self, customer) -> str:
        return next(email for email, identity in self._people.identities.items() if identity.customer is customer)

    def _continue(self, message: Message, conversation: Conversation) -> None:
        """Thread it: it answers what was said last, by the ids mail programs know."""
        before = self._last.get(conversation.pk)
        first = conversation.subject.lower().startswith("re:") or before is None
        message.subject = conversation.subject if first else f"Re: {conversation.subject}"[:300]
        if before is not None:
            message.in_reply_to = before.external_id
            message.references = " ".join([*before.references.split()[-8:], before.external_id])
            message.answers = before if message.kind == Message.Kind.OUT or message.bounce else None
        if not message.auto or message.kind == Message.Kind.OUT:
            self._last[conversation.pk] = message

    def _attach(self, message: Message, kind: str, about: str) -> None:
        self._keep(message, attachment_of(file_of(kind, about)))

    def _keep(self, message: Message, made: Attachment) -> None:
        fields = {name: getattr(made, name) for name in ("name", "type", "size", "sha256", "inline", "content_id")}
        self._rows.add(Attachment, message=message, created_at=message.created_at, **fields)

    def _finish(self, thread: Thread, conversation: Conversation, last: Message) -> None:
        """Whose it is, what it is about, what somebody was writing, and all that happened to it."""
        agent = self._assignee(thread)
        conversation.assignee = self._shop.agents[agent] if agent else None
        waits = conversation.waiting_since is not None
        unread = waits and (not agent or self._rng.random() < 0.5)
        conversation.unread = unread if thread.unread is None else thread.unread
        for tag in thread.tags:
            self._rows.add(Conversation.tags.through, conversation=conversation, tag=self._shop.tags[tag])
        if thread.order:
            bought = self._people.orders[id(thread.order)]
            self._rows.add(Conversation.orders.through, conversation=conversation, order=bought)
        for key, html in thread.drafts.items():
            self._rows.add(Draft, conversation=conversation, agent=self._shop.agents[key], html=html, seen=last.pk)
        if thread.possibly_of:
            conversation.possibly_of_id = self._by_name[thread.possibly_of].pk
        if thread.blocked:
            self._block(thread, conversation)
        order = self._people.orders.get(id(thread.order))
        self._happenings.of_thread(thread, conversation, order)

    def _assignee(self, thread: Thread) -> str:
        if thread.assignee is not None:
            return thread.assignee
        if thread.spam:
            return ""
        answered = any(turn.ours and not turn.note for turn in thread.turns)
        return thread.agent if answered or thread.closed_at or self._rng.random() < 0.3 else ""

    def _block(self, thread: Thread, conversation: Conversation) -> None:
        identity = self._identity(thread.person.email)
        identity.blocked_at, identity.blocked_by = conversation.spam_at, self._shop.agents["carla"]


def _numbered(threads: list[Thread]) -> Iterator[tuple[Thread, int]]:
    """Give each its number in the order they began, so that the one with a number of its own has it."""
    fixed = next(place for place, thread in enumerate(threads) if thread.number)
    first = threads[fixed].number - fixed
    for place, thread in enumerate(threads):
        yield thread, first + place


def _party(name: str, address: str) -> dict[str, str]:
    return {"name": name, "address": address}
