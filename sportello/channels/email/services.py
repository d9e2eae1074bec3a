"""The servers of the mail services that shops use most, so that a shopkeeper types an address and a password."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Service:
    """Where its mail is read and sent: (host, port, security)."""

    label: object
    imap: tuple[str, int, str]
    smtp: tuple[str, int, str]


def _service(label: object, imap: str, smtp: str, *, starttls: bool = False) -> Service:
    sending = (smtp, 587, "starttls") if starttls else (smtp, 465, "tls")
    return Service(label, (imap, 993, "tls"), sending)


SERVICES = {
    "gmail": _service(_("Gmail, Google Workspace"), "imap.gmail.com", "smtp.gmail.com"),
    "microsoft": _service(_("Outlook, Microsoft 365"), "outlook.office365.com", "smtp.office365.com", starttls=True),
    "aruba": _service("Aruba", "imaps.aruba.it", "smtps.aruba.it"),
    "aruba_pec": _service("Aruba PEC", "imaps.pec.aruba.it", "smtps.pec.aruba.it"),
    "libero": _service("Libero", "imapmail.libero.it", "smtp.libero.it"),
    "register": _service("Register.it", "imap.securemail.pro", "authsmtp.securemail.pro"),
    "ovh": _service("OVH", "ssl0.ovh.net", "ssl0.ovh.net"),
    "ionos": _service("IONOS", "imap.ionos.it", "smtp.ionos.it"),
    "icloud": _service("iCloud", "imap.mail.me.com", "smtp.mail.me.com", starttls=True),
}
