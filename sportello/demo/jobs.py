"""The customer's mail program: hands a letter to the desk by SMTP, as the world would."""

import smtplib

from django.conf import settings
from django_tasks import task

from sportello.channels.base import Party

from . import outbox
from .letters import answer_to, first_letter

HOST = "127.0.0.1"
PATIENCE = 20.0  # seconds


@task(priority=20)
def send_answer(key: str, text: str) -> None:
    """Answer a mail of the outbox as the customer who got it."""
    mail = outbox.find(key)
    sender = mail.read.to[0].address
    _hand_in(sender, mail.read.sender.address, answer_to(mail, text))


@task(priority=20)
def send_letter(sender: str, name: str, to: str, subject: str, text: str) -> None:
    """Write to the shop as anybody."""
    _hand_in(sender, to, first_letter(sender=Party(sender, name), to=to, subject=subject, text=text))


def _hand_in(sender: str, to: str, raw: bytes) -> None:
    with smtplib.SMTP(HOST, settings.SMTP_PORT or 0, timeout=PATIENCE) as line:
        line.sendmail(sender, [to], raw)
