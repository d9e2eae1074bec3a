"""What a customer of the demo writes: an answer to a mail in the outbox, or a first letter."""

from email.utils import make_msgid

from babel.dates import format_datetime
from django.utils import timezone

from sportello.channels.base import Outbound, Party
from sportello.channels.email.compose import compose

from .outbox import Mail


def answer_to(mail: Mail, text: str) -> bytes:
    """Return the customer's answer as their mail program would send it: to whom, in which thread, what it quotes."""
    read = mail.read
    customer, shop = read.to[0], (read.reply_to or (read.sender,))[0]
    subject = read.subject if read.subject.lower().startswith(("re:", "r:")) else f"Re: {read.subject}"
    return compose(
        Outbound(
            external_id=_new_id(customer),
            sender=customer,
            to=(shop,),
            subject=subject,
            text=f"{text.strip()}\n\n{_quoted(mail)}\n",
            in_reply_to=read.external_id,
            references=(*read.references, read.external_id),
            sent_at=timezone.now(),
        )
    )


def first_letter(*, sender: Party, to: str, subject: str, text: str) -> bytes:
    """Return a mail that begins a conversation."""
    return compose(
        Outbound(
            external_id=_new_id(sender),
            sender=sender,
            to=(Party(to),),
            subject=subject,
            text=text,
            sent_at=timezone.now(),
        )
    )


def _new_id(sender: Party) -> str:
    return make_msgid(domain=sender.address.rpartition("@")[2]).strip("<>")


def _quoted(mail: Mail) -> str:
    when = format_datetime(timezone.localtime(mail.at), "d MMM y 'alle ore' HH:mm", locale="it")
    sender = mail.read.sender
    lines = mail.read.text.rstrip().splitlines()
    return "\n".join(
        [f"Il giorno {when} {sender.name} <{sender.address}> ha scritto:", *(f"> {line}" for line in lines)]
    )
