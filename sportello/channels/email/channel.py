"""E-mail: mail in, mail out."""

from django.utils.translation import gettext_lazy as _

from .. import base


class Channel(base.Channel):
    kind = "email"
    label = _("E-mail")
    icon = "mail"
    can_fetch = True
    can_send = True
    rich_text = True
    attachments = True
    has_subject = True
    has_copies = True
