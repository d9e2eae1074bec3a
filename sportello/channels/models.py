"""What arrives, raw and durable, and through which door."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sportello.lib.secrets import SecretJSONField


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Inbox(models.Model):
    """One address of the shop on one channel: info@ by e-mail, a chat on a site, a WhatsApp number."""

    kind = models.CharField(_("channel"), max_length=30)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=320, blank=True, db_index=True)
    brand = models.ForeignKey("workspace.Brand", models.PROTECT, null=True, blank=True, verbose_name=_("brand"))
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    settings = SecretJSONField(default=dict, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # The last try of its settings against the real server: asked, answered, and what is wrong ("" when all is well).
    check_asked_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    check_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "inboxes"

    def __str__(self):
        return self.name

    @property
    def is_being_checked(self) -> bool:
        asked, answered = self.check_asked_at, self.checked_at
        return asked is not None and (answered is None or answered < asked)


class Cursor(models.Model):
    """How far an inbox was read, and how looking for more went: one row per inbox that fetches."""

    inbox = models.OneToOneField(Inbox, models.CASCADE, related_name="cursor")
    value = models.JSONField(default=dict)
    fetched_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    # Whoever watches the inbox, and until when this holds if they do not renew it: two processes watch it once.
    watcher = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f"{self.inbox_id}: {self.value}"


class Delivery(models.Model):
    """Bytes as they came, stored before anybody reads them. `key` makes a repeat harmless.

    Small bodies lie in the row, large ones in a file under their hash: exactly one of the two is set.
    """

    class State(models.TextChoices):
        ARRIVED = "arrived", _("Waiting to be read")
        READ = "read", _("Read")
        QUARANTINED = "quarantined", _("In quarantine")
        DISCARDED = "discarded", _("Put aside")

    # Its own index would be the beginning of that of the constraint once more.
    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="deliveries", db_index=False)
    key = models.CharField(max_length=200)
    # What came with it by HTTP and its channel wants to see again (`Channel.kept_headers`); names in lower case.
    headers = models.JSONField(default=dict, blank=True)
    body = models.BinaryField(default=b"", blank=True)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ARRIVED)
    reason = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Somebody is reading it until then; whoever dies over it leaves it to the next.
    leased_until = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(name="delivery_arrives_once", fields=["inbox", "key"])]
        indexes = [
            models.Index(fields=["id"], name="delivery_waiting", condition=Q(state="arrived")),
            models.Index(fields=["id"], name="delivery_quarantine", condition=Q(state="quarantined")),
            models.Index(fields=["id"], name="delivery_put_aside", condition=Q(state="discarded")),
        ]

    def __str__(self):
        return f"{self.inbox_id}/{self.key}"
