"""Answer the customer: refused with what is new when the conversation moved since the agent last saw it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sportello.agents.models import Agent
from sportello.channels.models import Inbox
from sportello.events.record import record
from sportello.lib.html import to_text
from sportello.lib.own_html import own_html

from ..models import Attachment, Conversation, Draft, Message, Sending
from ..recipients import Party
from ..summary import refresh
from ..tokens import new_message_id


class Moved(Exception):
    """Somebody wrote since the agent last looked. `new` are the messages they have not seen."""

    def __init__(self, new: Sequence[Message]):
        super().__init__(f"{len(new)} new")
        self.new = new


class NobodyToAnswer(ValueError):
    """A reply needs at least one recipient."""


@transaction.atomic
def reply(
    conversation: Conversation,
    *,
    by: Agent,
    html: str,
    to: Sequence[Party],
    cc: Sequence[Party] = (),
    bcc: Sequence[Party] = (),
    files: Sequence[int] = (),
    seen: int | None = None,
    close: bool = False,
    nonce: str = "",
) -> Message:
    """Queue an answer; it leaves after `settings.UNDO_SECONDS`, and until then `undo` takes it back.

    `seen` is the id of the last message the agent had before their eyes: raise `Moved` when there is a later one of
    anybody else; `None` sends anyway. With the same `nonce`, replying twice is once. `close`: send and solve.
    """
    if nonce and (twin := Message.objects.filter(author=by, nonce=nonce).first()):
        return twin
    if not to:
        raise NobodyToAnswer(_("Nobody to send this to."))
    conversation = (
        Conversation.objects.select_for_update(of=("self",)).select_related("inbox__brand").get(pk=conversation.pk)
    )
    if seen is not None:
        _refuse_if_moved(conversation, by, seen)
    parties = {"to": [*to], "cc": [*cc], "bcc": [*bcc], "from": sender_of(conversation.inbox, by)}
    message = _write(conversation, by, own_html(html), parties, nonce)
    _take_files(message, files)
    due_at = timezone.now() + timedelta(seconds=settings.UNDO_SECONDS)
    Sending.objects.create(message=message, due_at=due_at)
    before = _answered(conversation, message, close=close)
    record("message.queued", conversation, by=by, message=message.pk, due=due_at.isoformat(), before=before)
    return message


def sender_of(inbox: Inbox, agent: Agent) -> Party:
    """Return whose name stands on the mail: the brand, or the inbox when there is none."""
    return {"name": inbox.brand.name if inbox.brand else inbox.name, "address": inbox.address}


def signature_of(inbox: Inbox, agent: Agent) -> str:
    """Return the HTML below an answer: the person's own signature, or else the brand's."""
    return own_html(agent.signature or (inbox.brand.signature if inbox.brand else ""))


def _refuse_if_moved(conversation: Conversation, by: Agent, seen: int) -> None:
    new = conversation.messages.filter(pk__gt=seen).exclude(author=by).exclude(sending__state=Sending.State.CANCELLED)
    if found := list(new.select_related("author", "identity")):
        raise Moved(found)


def _write(conversation: Conversation, by: Agent, html: str, parties: dict[str, Any], nonce: str) -> Message:
    answered = message_to_answer(conversation)
    return Message.objects.create(
        conversation=conversation,
        inbox=conversation.inbox,
        kind=Message.Kind.OUT,
        author=by,
        html=html,
        text=to_text(html).strip(),
        signature=signature_of(conversation.inbox, by),
        subject=_subject(conversation),
        parties=parties,
        external_id=new_message_id(conversation.pk, conversation.inbox.address.rpartition("@")[2] or "localhost"),
        answers=answered,
        in_reply_to=answered.external_id if answered else "",
        references=_references(answered),
        nonce=nonce,
    )


def message_to_answer(conversation: Conversation) -> Message | None:
    """Return the message a reply would answer: the last one in or out that no machine wrote."""
    said = conversation.messages.exclude(kind=Message.Kind.NOTE).filter(auto=False)
    return said.exclude(sending__state=Sending.State.CANCELLED).order_by("-id").first()


def _references(answered: Message | None) -> str:
    """RFC 5322 3.6.4: the references of what we answer, and its own id; else what it replied to."""
    if answered is None:
        return ""
    before = answered.references.split() or answered.in_reply_to.split()
    return " ".join([*before, answered.external_id]).strip()


def _subject(conversation: Conversation) -> str:
    """Gmail keeps a thread together only while the subject stays the same but for "Re:"."""
    subject = conversation.subject
    return subject if subject.lower().startswith(("re:", "r:", "aw:")) else f"Re: {subject}"


def _take_files(message: Message, files: Sequence[int]) -> None:
    theirs = Attachment.objects.filter(pk__in=files, message=None, draft__agent=message.author)
    theirs.update(message=message, draft=None)
    draft = Draft.objects.filter(conversation=message.conversation, agent=message.author, kind=Message.Kind.OUT)
    draft.delete()


def _answered(conversation: Conversation, message: Message, *, close: bool) -> dict[str, Any]:
    """Write on the conversation that the customer has an answer; return what `undo` needs to put it back."""
    before = {"assignee": conversation.assignee_id, "closed": conversation.closed_at is not None}
    if conversation.assignee_id is None:
        conversation.assignee = message.author
    conversation.snoozed_until = None
    conversation.unread = False
    conversation.closed_at = timezone.now() if close else None
    conversation.save(update_fields=["assignee", "snoozed_until", "unread", "closed_at"])
    refresh(conversation)
    if close and not before["closed"]:
        record("conversation.closed", conversation, by=message.author)
    return before
