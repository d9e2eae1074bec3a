"""Decide in memory from the facts of a few queries, then write with a few inserts."""

from collections.abc import Sequence
from dataclasses import asdict

from sportello.channels.models import Inbox
from sportello.commerce.queries import recognise_many
from sportello.customers.actions import meet_many
from sportello.customers.models import Identity
from sportello.events.models import Event
from sportello.events.record import record_many, topic_of

from .. import searching
from ..models import Attachment, Conversation, Message
from ..summary import preview_of
from ..threading import Letter, Threads
from .arrived import Arrived
from .bounced import settle_bounced


class Batch:
    """Some messages on their way into conversations. `write` does it all, in the caller's transaction."""

    def __init__(self, arrived: Sequence[Arrived]):
        self.arrived = _unknown_to_us(arrived)
        self.events: list[Event] = []
        self.fresh: dict[int, Conversation] = {}  # New conversations, under keys below zero until they are rows.
        self.placed: list[tuple[Arrived, Letter, int]] = []

    def write(self) -> list[Message]:
        """Write everything and return the messages, in the order they came."""
        if not self.arrived:
            return []
        self._place()
        conversations = self._conversations()
        messages = self._messages(conversations)
        self._link_orders(conversations)
        settle_bounced(messages)
        record_many(sorted(self.events, key=lambda event: event.name != "conversation.created"))
        searching.index_messages(messages)
        return messages

    def _place(self) -> None:
        """Say of each where it belongs: an existing conversation, or a new one."""
        letters = self._letters()
        threads = Threads(letters)
        teams = {inbox: inbox.teams.first() for inbox in {one.inbox for one in self.arrived}}
        for one, letter in zip(self.arrived, letters, strict=True):
            thread = threads.of(letter)
            key = thread.key
            if key is None:
                key = -1 - len(self.fresh)
                self.fresh[key] = _new_conversation(one, letter.sender, teams[one.inbox])
                self.fresh[key].possibly_of_id = thread.possibly_of if (thread.possibly_of or 0) > 0 else None
            conversation = self.fresh.get(key) or threads.conversation(key)
            threads.add(key, conversation, letter)
            self.placed.append((one, letter, key))

    def _letters(self) -> list[Letter]:
        ours = _our_addresses()
        keys = [one.identity_key(ours) for one in self.arrived]
        identities = meet_many(keys)
        return [
            Letter(inbound=one.inbound, inbox_id=one.inbox.pk, sender=identities[kind, value])
            for one, (kind, value, _name) in zip(self.arrived, keys, strict=True)
        ]

    def _conversations(self) -> dict[int, Conversation]:
        """Write the conversations, new and continued, and return them by the key they were placed under."""
        continued = {key for _one, _letter, key in self.placed if key > 0}
        rows = Conversation.objects.select_for_update().filter(pk__in=continued).order_by("pk")
        known = {row.pk: row for row in rows} | self.fresh if continued else dict(self.fresh)
        for one, _letter, key in self.placed:
            self._hear(known[key], one, new=key < 0)
        Conversation.objects.bulk_create(self.fresh.values())
        for key in continued:
            known[key].save(update_fields=HEARD)
        self.events += [
            Event(name="conversation.created", topic=topic_of(one), data={"inbox": one.inbox_id})
            for one in self.fresh.values()
        ]
        return known

    def _hear(self, conversation: Conversation, one: Arrived, *, new: bool) -> None:
        """Bring the facts copied onto the conversation up to date with one more message."""
        conversation.preview = preview_of(one.inbound.reply_text or one.inbound.text)
        conversation.last_message_at = one.at
        conversation.message_count += 1
        if one.is_automatic or conversation.spam_at:
            return
        conversation.unread = True
        conversation.waiting_since = conversation.waiting_since or one.at
        if not new and conversation.closed_at:
            self.events.append(Event(name="conversation.reopened", topic=topic_of(conversation)))
        if not new and conversation.snoozed_until:
            self.events.append(Event(name="conversation.woken", topic=topic_of(conversation)))
        conversation.closed_at = conversation.snoozed_until = None

    def _messages(self, conversations: dict[int, Conversation]) -> list[Message]:
        messages = [_message(one, letter.sender, conversations[key]) for one, letter, key in self.placed]
        Message.objects.bulk_create(messages)
        attachments = []
        for (one, _letter, _key), message in zip(self.placed, messages, strict=True):
            for attachment in one.attachments:
                attachment.message = message
                attachments.append(attachment)
        Attachment.objects.bulk_create(attachments)
        self.events += [
            Event(name="message.received", topic=topic_of(one.conversation), data={"message": one.pk})
            for one in messages
        ]
        return messages

    def _link_orders(self, conversations: dict[int, Conversation]) -> None:
        """Link each conversation to the orders whose numbers stand in its subject or text."""
        through = Conversation.orders.through
        texts = [f"{one.inbound.subject}\n{one.inbound.text}" for one, _letter, _key in self.placed]
        links = {
            (conversations[key].pk, order.pk): order
            for (_one, _letter, key), orders in zip(self.placed, recognise_many(texts), strict=True)
            for order in orders
        }
        if not links:
            return
        pairs = through.objects.filter(conversation__in={conversation for conversation, _ in links})
        for pair in pairs.values_list("conversation_id", "order_id"):
            links.pop(pair, None)
        through.objects.bulk_create([through(conversation_id=c, order_id=o) for c, o in links])
        self.events += [
            Event(name="conversation.linked", topic=f"conversation:{c}", data={"order": o, "number": order.number})
            for (c, o), order in links.items()
        ]


HEARD = ["preview", "last_message_at", "message_count", "unread", "waiting_since", "closed_at", "snoozed_until"]


def _unknown_to_us(arrived: Sequence[Arrived]) -> list[Arrived]:
    """Leave out what was received before, in this batch too, and our own messages that came back to us.

    Some programs give every mail of theirs the same id. Another text under a known id is another message: it gets an
    id of its own, made from the text, so that it too is received once.
    """
    ids = {id_ for one in arrived for id_ in (one.inbound.external_id, one.id_by_text)}
    rows = Message.objects.filter(external_id__in=ids).values_list("inbox_id", "external_id", "kind", "text")
    seen = {(inbox_id, external_id): text for inbox_id, external_id, _kind, text in rows}
    ours = {external_id for _inbox, external_id, kind, _text in rows if kind == Message.Kind.OUT}
    unknown: list[Arrived] = []
    for one in arrived:
        if one.inbound.external_id in ours:
            continue
        key, other_key = (one.inbox.pk, one.inbound.external_id), (one.inbox.pk, one.id_by_text)
        if key not in seen:
            unknown.append(one)
            seen[key] = one.text
        elif seen[key] != one.text and other_key not in seen:
            unknown.append(one.renamed())
            seen[other_key] = one.text
    return unknown


def _our_addresses() -> frozenset[str]:
    return frozenset(address.lower() for address in Inbox.objects.values_list("address", flat=True))


def _new_conversation(one: Arrived, sender: Identity, team) -> Conversation:
    inbound = one.inbound
    return Conversation(
        subject=inbound.subject[:300],
        inbox=one.inbox,
        customer_id=sender.customer_id,
        team=team,
        language=inbound.language[:8],
        spam_at=one.at if inbound.spam or sender.blocked_at else None,
        created_at=one.at,
    )


def _message(one: Arrived, sender: Identity, conversation: Conversation) -> Message:
    inbound = one.inbound
    return Message(
        conversation=conversation,
        inbox=one.inbox,
        kind=Message.Kind.IN,
        identity=sender,
        subject=inbound.subject[:300],
        text=one.text,
        quoted=inbound.quoted_text,
        html=inbound.html,
        external_id=inbound.external_id[:300],
        in_reply_to=inbound.in_reply_to[:300],
        references=" ".join(inbound.references),
        parties=one.parties,
        auto=one.is_automatic,
        bounce=asdict(inbound.bounce) if inbound.bounce else None,
        problems=list(inbound.problems),
        delivery=one.delivery,
        sent_at=inbound.sent_at,
        created_at=one.at,
    )
