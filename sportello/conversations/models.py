"""The nouns of the desk: conversations, messages, attachments, tags, drafts, sendings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sportello.agents.models import Agent

AGENT = settings.AUTH_USER_MODEL


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Priority(models.IntegerChoices):
    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, agent: Agent) -> "ConversationQuerySet":
        """Only what this person may see: everything for supervisors; for others their teams' and nobody's."""
        if agent.is_supervisor:
            return self
        mine = Q(team__in=agent.teams.all()) | Q(assignee=agent)
        return self.filter(mine if agent.is_guest else mine | Q(team=None))

    def open(self) -> "ConversationQuerySet":
        """Neither solved nor spam; snoozed ones too."""
        return self.filter(closed_at=None, spam_at=None)


class Conversation(models.Model):
    """What one customer and the shop say to each other about one thing, on whatever channel.

    The columns from `preview` on are copies of facts that stand elsewhere, kept by the actions, so that a list of
    fifty is one index scan.
    """

    subject = models.CharField(_("subject"), max_length=300, blank=True)
    inbox = models.ForeignKey("channels.Inbox", models.PROTECT, related_name="conversations")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="conversations")
    team = models.ForeignKey("agents.Team", models.SET_NULL, null=True, blank=True, related_name="conversations")
    assignee = models.ForeignKey(AGENT, models.PROTECT, null=True, blank=True, related_name="conversations")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    tags = models.ManyToManyField(Tag, blank=True, related_name="conversations")
    orders = models.ManyToManyField("commerce.Order", blank=True, related_name="conversations")
    language = models.CharField(max_length=8, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    spam_at = models.DateTimeField(null=True, blank=True)
    # Looks like the continuation of another one, but we could not be sure: a person decides.
    possibly_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    preview = models.CharField(max_length=160, blank=True)
    last_message_at = models.DateTimeField(default=timezone.now)
    # Since when the customer waits for us; empty when it is their turn.
    waiting_since = models.DateTimeField(null=True, blank=True)
    message_count = models.PositiveIntegerField(default=0)
    unread = models.BooleanField(default=False)
    failed = models.BooleanField(default=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="closed_is_never_snoozed", condition=Q(closed_at=None) | Q(snoozed_until=None)),
        ]
        indexes = [
            models.Index(
                fields=["waiting_since", "-id"],
                name="open_by_waiting",
                condition=Q(closed_at=None, spam_at=None, snoozed_until=None),
            ),
            models.Index(
                fields=["assignee", "waiting_since", "-id"],
                name="open_of_agent",
                condition=Q(closed_at=None, spam_at=None),
            ),
            models.Index(
                fields=["team", "waiting_since", "-id"],
                name="open_of_team",
                condition=Q(closed_at=None, spam_at=None),
            ),
            models.Index(fields=["-last_message_at", "-id"], name="all_by_latest"),
            models.Index(fields=["customer", "-last_message_at"], name="of_customer"),
            models.Index(fields=["snoozed_until"], name="snoozed", condition=~Q(snoozed_until=None)),
            models.Index(fields=["-closed_at"], name="solved", condition=~Q(closed_at=None)),
        ]

    def __str__(self):
        return self.subject or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/conversations/{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.spam_at is None


class Message(models.Model):
    """One thing said: by the customer (in), by us (out), among us (note)."""

    class Kind(models.TextChoices):
        IN = "in", _("From the customer")
        OUT = "out", _("From us")
        NOTE = "note", _("Internal note")

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages")
    inbox = models.ForeignKey("channels.Inbox", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    author = models.ForeignKey(AGENT, models.PROTECT, null=True, blank=True, related_name="+")
    identity = models.ForeignKey("customers.Identity", models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True, help_text="What was written now, as plain text, without what it quotes.")
    quoted = models.TextField(blank=True, help_text="What it quotes: folded on the screen, never cut.")
    html = models.TextField(blank=True, help_text="The whole message, sanitised; empty when it came as plain text.")
    signature = models.TextField(blank=True, help_text="HTML, as it stood below an answer of ours when it was written.")
    # Mail: Message-ID without angle brackets. Chat: the vendor's id.
    external_id = models.CharField(max_length=300, blank=True)
    in_reply_to = models.CharField(max_length=300, blank=True)
    references = models.TextField(blank=True, help_text="Separated by spaces, oldest first.")
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    # {"from": {"name", "address"}, "to": [...], "cc": [...], "bcc": [...], "reply_to": [...]}
    parties = models.JSONField(default=dict, blank=True)
    auto = models.BooleanField(default=False, help_text="Written by a machine: never answered by one of ours.")
    # {"recipient", "status", "permanent", "dead", "reason"} when this message is a bounce.
    bounce = models.JSONField(null=True, blank=True)
    problems = models.JSONField(default=list, blank=True)
    delivery = models.ForeignKey("channels.Delivery", models.PROTECT, null=True, blank=True, related_name="+")
    # Made by the browser before sending, so that a reply sent again after a lost line is the same reply.
    nonce = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="As its sender's clock says.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="message_arrives_once", fields=["inbox", "external_id"], condition=~Q(external_id="")
            ),
            models.UniqueConstraint(name="message_is_written_once", fields=["author", "nonce"], condition=~Q(nonce="")),
        ]
        indexes = [
            models.Index(fields=["conversation", "id"], name="message_thread"),
            models.Index(fields=["external_id"], name="message_by_external_id", condition=~Q(external_id="")),
            models.Index(fields=["in_reply_to"], name="message_by_answered", condition=~Q(in_reply_to="")),
        ]

    def __str__(self):
        return self.text[:60]


PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff"}


def attachment_path(attachment: "Attachment", name: str) -> str:
    """Under the hash of the content: the same file twice is stored once, and no name of a stranger is a path."""
    return f"attachments/{attachment.sha256[:2]}/{attachment.sha256}"


class Attachment(models.Model):
    """A file of a message. Its bytes lie in the file storage under their hash, never in the row."""

    # Empty while the agent is still writing: then it belongs to `draft`.
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="attachments")
    draft = models.ForeignKey("Draft", models.SET_NULL, null=True, blank=True, related_name="attachments")
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.name

    @property
    def path(self) -> str:
        """Where its bytes lie in the default storage."""
        return attachment_path(self, self.name)

    @property
    def is_picture(self) -> bool:
        """Whether a browser can be shown a picture of it, drawn anew."""
        return self.type.lower() in PICTURES


class Sending(models.Model):
    """A message on its way out: made with the message, taken by a worker, and settled once.

    queued → sending → sent | failed | unknown. Before `handed_over_at` a dead worker's message is tried again; after
    it nobody can tell whether it left, and a person decides.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to leave")
        SENDING = "sending", _("Leaving")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")
        UNKNOWN = "unknown", _("Perhaps sent")
        CANCELLED = "cancelled", _("Taken back")

    message = models.OneToOneField(Message, models.PROTECT, related_name="sending")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="sending_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["id"], name="sending_in_trouble", condition=Q(state__in=["failed", "unknown"])),
        ]

    def __str__(self):
        return f"{self.message_id}: {self.state}"


class Draft(models.Model):
    """What an agent is writing: one per agent and conversation, and per kind (a reply and a note are two)."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts")
    agent = models.ForeignKey(AGENT, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=4, choices=Message.Kind.choices, default=Message.Kind.OUT)
    html = models.TextField(blank=True)
    # {"to": [...], "cc": [...], "bcc": [...]} once the agent changed them.
    parties = models.JSONField(default=dict, blank=True)
    # The last message the agent had seen: sending is refused when there is a later one.
    seen = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_draft_each", fields=["conversation", "agent", "kind"])]

    def __str__(self):
        return f"{self.agent_id} on {self.conversation_id}"
