"""The stream of events beside the conversations: written all together at the end, in the order of time."""

from datetime import datetime, timedelta
from typing import Any

from sportello.channels.models import Delivery
from sportello.commerce.models import Order
from sportello.conversations.models import Conversation, Message, Priority
from sportello.events.models import Event

from ..season.clock import REFERENCE, Clock
from ..season.story import Thread, Turn
from .rows import Rows
from .shop import Shop

MOMENT = timedelta(seconds=1)


class Happenings:
    """Collects events."""

    def __init__(self, rows: Rows, clock: Clock, shop: Shop):
        self._rows, self._clock, self._shop = rows, clock, shop
        self._told: list[tuple[datetime, int, dict[str, Any]]] = []

    def write(self) -> None:
        """Number them by time and hand them over."""
        for at, _place, fields in sorted(self._told, key=lambda told: told[:2]):
            self._rows.add(Event, at=at, **fields)

    def of_message(self, turn: Turn, message: Message) -> None:
        """What a message itself tells: it was received, noted, queued and sent, or not."""
        conversation, at, data = message.conversation, message.created_at, {"message": message.pk}
        if turn.note:
            self._tell(at, "message.noted", conversation, turn.by, data)
        elif turn.ours:
            due = at + timedelta(seconds=10)
            self._tell(at, "message.queued", conversation, turn.by, data | {"due": due.isoformat(), "before": {}})
            self._tell(due + 2 * MOMENT, f"message.{turn.state}", conversation, "", data | {"reason": turn.reason})
        else:
            self._tell(at, "message.received", conversation, "", data)

    def of_delivery(self, delivery: Delivery, at: datetime) -> None:
        """That it was put aside, and why."""
        fields = {
            "name": "delivery.quarantined",
            "topic": f"delivery:{delivery.pk}",
            "data": {"reason": delivery.reason},
        }
        self._told.append((at, len(self._told), fields))

    def of_thread(self, thread: Thread, conversation: Conversation, order: Order | None) -> None:
        """What happened to a conversation from its beginning to its end."""
        began = conversation.created_at
        self._tell(began, "conversation.created", conversation, "", {"inbox": conversation.inbox_id}, first=True)
        if order:
            data = {"order": order.pk, "number": order.number}
            self._tell(began, "conversation.linked", conversation, "", data)
        self._of_work(thread, conversation)
        self._of_closings(thread, conversation)
        for at, name, by, data in thread.happened:
            told = dict(data)
            if name == "conversation.snoozed" and conversation.snoozed_until:
                told["until"] = conversation.snoozed_until.isoformat()
            self._tell(self._clock.shift(at), name, conversation, by, told)

    def _of_work(self, thread: Thread, conversation: Conversation) -> None:
        """Taken, labelled and ranked just before somebody first answers."""
        agent = conversation.assignee
        first = next((turn for turn in thread.turns if turn.by in self._shop.agents), None)
        at = first.at if first else min(thread.began + timedelta(minutes=25), REFERENCE)
        when, by = self._clock.shift(at) - 40 * MOMENT, thread.agent or "elena"
        if when <= conversation.created_at:
            when = conversation.created_at + MOMENT
        if agent:
            self._tell(when, "conversation.claimed", conversation, by, {"agent": agent.pk, "agent_name": agent.name})
        for tag in thread.tags:
            self._tell(when + 5 * MOMENT, "conversation.tagged", conversation, by, {"tag": tag})
        if conversation.priority != Priority.NORMAL:
            data = {"priority": int(conversation.priority)}
            self._tell(when + 8 * MOMENT, "conversation.prioritised", conversation, by, data)
        if conversation.spam_at:
            self._tell(conversation.spam_at, "conversation.spammed", conversation, "carla", {})

    def _of_closings(self, thread: Thread, conversation: Conversation) -> None:
        """Solved, and opened again by what the customer wrote afterwards."""
        for at, by in thread.closings:
            self._tell(self._clock.shift(at), "conversation.closed", conversation, by, {})
            later = next((turn for turn in thread.turns if turn.at > at and not turn.ours and not turn.auto), None)
            if later:
                self._tell(self._clock.shift(later.at), "conversation.reopened", conversation, "", {})

    def _tell(
        self, at: datetime, name: str, conversation: Conversation, by: str, data: dict[str, Any], *, first: bool = False
    ) -> None:
        fields = {
            "name": name,
            "topic": f"conversation:{conversation.pk}",
            "by": self._shop.agents.get(by),
            "data": data,
        }
        self._told.append((at, -1 if first else len(self._told), fields))
