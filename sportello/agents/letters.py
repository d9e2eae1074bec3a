"""The desk's own letters to the people who work at it: invitations, forgotten passwords, security notices."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from sportello.channels.base import Outbound, Party
from sportello.channels.models import Inbox
from sportello.channels.registry import channel_of, channels
from sportello.workspace.models import Workspace

from .models import Agent


def write(template: str, to: str, *, language: str, **context) -> None:
    """Render `agents/letters/<template>.txt` (first line: the subject) in their language; it leaves with the commit."""
    shop = Workspace.objects.current()
    with translation.override(language):
        text = render_to_string(f"agents/letters/{template}.txt", {"shop": shop, "url": settings.PUBLIC_URL, **context})
    subject, _line, body = text.strip().partition("\n")
    post.enqueue(to, subject.strip(), body.strip() + "\n")


@task(queue_name="network")
def post(to: str, subject: str, text: str) -> None:
    """Send one letter: by the desk's own mail server or, where none is named, through the shop's first inbox."""
    inbox = None if settings.EMAIL_IS_SET else _inbox_that_sends()
    if inbox is None:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
        return
    shop = Workspace.objects.current()
    letter = Outbound(
        external_id=f"letter.{inbox.token}@{inbox.address.rpartition('@')[2]}",
        sender=Party(inbox.address, shop.name if shop else inbox.name),
        to=(Party(to),),
        text=text,
        subject=subject,
        headers={"Auto-Submitted": "auto-generated"},
    )
    channel_of(inbox).send(letter, handing_over=lambda: None)


def _inbox_that_sends() -> Inbox | None:
    """The oldest active inbox that writes letters with a subject to addresses."""
    kinds = [kind for kind, channel in channels().items() if channel.can_send and channel.has_subject]
    return Inbox.objects.filter(kind__in=kinds, is_active=True).exclude(address="").order_by("id").first()


@task(queue_name="network")
def help_to_a_new_password(email: str) -> None:
    """Write the link to whoever has this address, if anybody has. The page that asks never looks: it cannot tell."""
    agent = Agent.objects.filter(email=email, is_active=True).first()
    if agent is None:
        return
    key = default_token_generator.make_token(agent)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(agent), "key": key})
    write("new_password", agent.email, language=agent.language, agent=agent, link=f"{settings.PUBLIC_URL}{path}")
