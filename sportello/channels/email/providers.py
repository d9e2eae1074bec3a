"""Mail that a provider received for us and posts to `/hooks/<token>`: what it posts, back to one raw mail each.

django-anymail knows what they post. Its views are used without their HTTP: they are given the stored bytes as if they
had just arrived. Where a provider posts the mail whole, those very bytes are read. Nothing here speaks to the network,
so the providers whose posts only name a mail to be fetched (Amazon SES, Brevo, Resend, Mailtrap) are not among them:
let them forward to a mailbox instead.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from importlib import import_module
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.translation import gettext as _

from .. import base

CODED = ("base64", "quoted-printable")


@dataclass(frozen=True)
class Provider:
    """`raw`: the whole mail in a post, if it is there. `key`: the attribute that holds what its signature needs."""

    name: str
    view: str
    raw: Callable[[WSGIRequest], bytes] | None = None
    key: str = ""
    key_is_bytes: bool = True

    def make_view(self) -> Any:
        """The view of anymail, without what it asks of a whole project's settings. Imported when it is needed."""
        module, name = self.view.split(".")
        kind = getattr(import_module(f"anymail.webhooks.{module}"), name)
        return kind.__new__(kind)


def _mailgun(request: WSGIRequest) -> bytes:
    return request.POST.get("body-mime", "").encode("latin-1")


def _sendgrid(request: WSGIRequest) -> bytes:
    return b"" if "headers" in request.POST else request.POST.get("email", "").encode("latin-1")


def _postmark(request: WSGIRequest) -> bytes:
    return json.loads(request.body).get("RawEmail", "").encode()


def _postal(request: WSGIRequest) -> bytes:
    posted = json.loads(request.body)
    return base64.b64decode(posted["message"]) if posted.get("base64") else posted["message"].encode()


def _mailersend(request: WSGIRequest) -> bytes:
    return json.loads(request.body)["data"].get("raw", "").encode()


PROVIDERS = {
    "mailersend": Provider("MailerSend", "mailersend.MailerSendInboundWebhookView", _mailersend, "signing_secret"),
    "mailgun": Provider("Mailgun", "mailgun.MailgunInboundWebhookView", _mailgun, "webhook_signing_key"),
    "mailjet": Provider("Mailjet", "mailjet.MailjetInboundWebhookView"),
    "postal": Provider("Postal", "postal.PostalInboundWebhookView", _postal, "webhook_key", key_is_bytes=False),
    "postmark": Provider("Postmark", "postmark.PostmarkInboundWebhookView", _postmark),
    "sendgrid": Provider("SendGrid", "sendgrid.SendGridInboundWebhookView", _sendgrid),
    "sparkpost": Provider("SparkPost", "sparkpost.SparkPostInboundWebhookView"),
}


def verify(settings: Mapping[str, Any], body: bytes, headers: Mapping[str, str]) -> None:
    """Check the signature where the provider signs and its key was given; else the secret address is the proof.

    Raise `NotVerified`.
    """
    provider, key = PROVIDERS[settings["provider"]], settings.get("provider_key", "")
    if not (provider.key and key):
        return
    view = provider.make_view()
    setattr(view, provider.key, key.encode() if provider.key_is_bytes else key)
    try:
        view.validate_request(_request(body, headers))
    except Exception as error:
        raise base.NotVerified(_("{name} did not sign this.").format(name=provider.name)) from error


def mails(settings: Mapping[str, Any], body: bytes, headers: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the raw mails of one post; raise `Unreadable`."""
    provider = PROVIDERS[settings["provider"]]
    try:
        # As Latin-1 a form gives back the very bytes of a mail, whatever they are.
        raw = provider.raw(_request(body, headers, encoding="latin-1")) if provider.raw else b""
        if raw:
            yield raw
            return
        events = provider.make_view().parse_events(_request(body, headers))
        if not events or not all(event.message["From"] for event in events):
            raise ValueError("there is no mail in it")
        yield from [_written(event.message) for event in events]
    except base.Unreadable:
        raise
    except Exception as error:
        reason = _("This is not what {name} posts for a mail that came in: {error}")
        raise base.Unreadable(reason.format(name=provider.name, error=repr(error)[:200])) from error


def _request(body: bytes, headers: Mapping[str, str], *, encoding: str = "utf-8") -> WSGIRequest:
    """The post, as Django would have it. Its limits are those of the door it came in by."""
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        }
    )
    request._body = body
    request.encoding = encoding
    return request


def _written(message: EmailMessage) -> bytes:
    for part in message.walk():
        if part.is_multipart():
            # Of the mail as it was, before the provider took it apart.
            del part["Content-Transfer-Encoding"]
        # As they are, files would lose their bytes to the ends of lines.
        elif part.get("Content-Transfer-Encoding", "8bit").lower() not in CODED:
            content: Any = part.get_payload(decode=True) or b""
            del part["Content-Transfer-Encoding"]
            part["Content-Transfer-Encoding"] = "base64"
            part.set_payload(base64.encodebytes(content).decode())
    try:
        return message.as_bytes(policy=policy.SMTP)
    except (ValueError, LookupError, AttributeError, TypeError):
        # What the new writer of the library stumbles over, the old one writes down as it is.
        return message.as_bytes(policy=policy.compat32)
