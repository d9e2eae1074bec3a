"""The settings of an e-mail inbox, as a shopkeeper types them."""

import ssl
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .providers import PROVIDERS
from .services import SERVICES

SECURITY = [
    ("tls", _("TLS from the start")),
    ("starttls", _("STARTTLS")),
    ("none", _("None (only on this machine)")),
]
START = {
    "now": (_("With what comes from now on"), timedelta(0)),
    "30": (_("With the mail of the last 30 days"), timedelta(days=30)),
    "365": (_("With the mail of the last year"), timedelta(days=365)),
    "all": (_("With everything there is"), None),
}


class EmailForm(forms.Form):
    """Its fields are the keys of the settings. What is left empty of the servers is filled in from the service."""

    sections = (
        (_("Address"), _("Where customers write, and whence you answer."), ("address", "service")),
        (
            _("Access"),
            _("Kept encrypted. Gmail, iCloud and others want an app password, made in the settings of the account."),
            ("auth", "imap_user", "imap_password", "oauth_client", "oauth_secret", "oauth_tenant"),
        ),
        (
            _("Reading"),
            _("Nothing in the mailbox is moved, marked or deleted."),
            ("imap_host", "imap_port", "imap_security", "folder", "start", "since"),
        ),
        (
            _("Sending"),
            _("Replies leave through the mailbox's own server, so that they arrive."),
            ("smtp_host", "smtp_port", "smtp_security", "smtp_sign_in", "smtp_user", "smtp_password"),
        ),
        (
            _("Other ways in"),
            _("A provider that receives the mail and posts it to the address for deliveries below."),
            ("provider", "provider_key"),
        ),
        (
            _("Certificate"),
            _("Of a mail server in your own network whose certificate nobody else vouches for."),
            ("certificate",),
        ),
    )

    address = forms.EmailField(label=_("Address"), max_length=320)
    service = forms.ChoiceField(
        label=_("Mail service"),
        choices=[(key, service.label) for key, service in SERVICES.items()] + [("other", _("Another one"))],
        help_text=_("Its servers are filled in when the fields below are left empty."),
    )
    auth = forms.ChoiceField(
        label=_("Sign in with"),
        choices=[
            ("password", _("Password")),
            ("google", _("Google, without a password")),
            ("microsoft", _("Microsoft, without a password")),
        ],
        initial="password",
    )
    imap_user = forms.CharField(label=_("User name"), required=False, help_text=_("Empty: the address."))
    imap_password = forms.CharField(label=_("Password"), required=False, strip=False)
    oauth_client = forms.CharField(
        label=_("Client ID"), required=False, help_text=_("Only to sign in without a password.")
    )
    oauth_secret = forms.CharField(label=_("Client secret"), required=False)
    oauth_tenant = forms.CharField(label=_("Microsoft tenant"), required=False, help_text=_("Empty: any."))

    imap_host = forms.CharField(label=_("Server"), required=False)
    imap_port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65535)
    imap_security = forms.ChoiceField(label=_("Security"), choices=SECURITY, required=False)
    folder = forms.CharField(label=_("Folder"), required=False, help_text=_("Empty: INBOX."))
    start = forms.ChoiceField(
        label=_("Begin"), choices=[(key, label) for key, (label, _back) in START.items()], initial="now"
    )
    since = forms.CharField(widget=forms.HiddenInput, required=False)

    smtp_host = forms.CharField(label=_("Server"), required=False)
    smtp_port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65535)
    smtp_security = forms.ChoiceField(label=_("Security"), choices=SECURITY, required=False)
    smtp_sign_in = forms.ChoiceField(
        label=_("Sign in"),
        choices=[("same", _("As for reading")), ("own", _("Otherwise")), ("none", _("Not at all"))],
        initial="same",
    )
    smtp_user = forms.CharField(label=_("User name"), required=False)
    smtp_password = forms.CharField(label=_("Password"), required=False, strip=False)

    provider = forms.ChoiceField(
        label=_("Provider"),
        required=False,
        choices=[("", _("None"))] + [(key, provider.name) for key, provider in PROVIDERS.items()],
    )
    provider_key = forms.CharField(
        label=_("Signing key"), required=False, help_text=_("Mailgun, MailerSend and Postal sign what they post.")
    )
    certificate = forms.CharField(label=_("Certificate (PEM)"), required=False, widget=forms.Textarea)

    def clean_certificate(self) -> str:
        """It must be one, or the line could never be opened."""
        text = self.cleaned_data["certificate"].strip()
        if text:
            try:
                ssl.create_default_context().load_verify_locations(cadata=text)
            except (ssl.SSLError, ValueError) as error:
                raise forms.ValidationError(_("This is not a certificate.")) from error
        return text

    def clean(self) -> dict[str, Any]:
        """Fill in what the service knows; see that reading, or a provider, is possible at all."""
        typed = super().clean() or self.cleaned_data
        if service := SERVICES.get(typed.get("service", "")):
            for kind, values in (("imap", service.imap), ("smtp", service.smtp)):
                self._fill_in(kind, values, typed)
        for kind in ("imap", "smtp"):
            if typed.get(f"{kind}_host") and not typed.get(f"{kind}_port") and f"{kind}_port" not in self.errors:
                self.add_error(f"{kind}_port", _("Which port? Usually 993 for reading, 465 or 587 for sending."))
        if not (typed.get("imap_host") or typed.get("provider")):
            self.add_error("imap_host", _("Say where the mail is read, or which provider brings it."))
        if typed.get("auth") != "password" and not typed.get("oauth_client"):
            self.add_error("oauth_client", _("To sign in without a password a client ID is needed."))
        typed["since"] = self._since(typed.get("start", "now"), typed.get("since", ""))
        return typed

    def _fill_in(self, kind: str, values: tuple, typed: dict[str, Any]) -> None:
        """All three of them: the host of one service with the port of another helps nobody."""
        if not typed.get(f"{kind}_host") and not (kind == "imap" and typed.get("provider")):
            names = (f"{kind}_host", f"{kind}_port", f"{kind}_security")
            typed.update(zip(names, values, strict=True))

    def _since(self, start: str, before: str) -> str:
        """The moment reading begins: made once, when it is chosen, so that it does not move with every saving."""
        back = START[start][1] if start in START else timedelta(0)
        if back is None:
            return ""
        chosen_before = self.initial.get("start") == start and before
        return before if chosen_before else (timezone.now() - back).isoformat(timespec="seconds")
