"""The people who answer: agents, their teams, their invitations."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    SUPERVISOR = "supervisor", _("Supervisor")
    AGENT = "agent", _("Agent")
    GUEST = "guest", _("Guest")


class Theme(models.TextChoices):
    SYSTEM = "", _("Like the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Team(models.Model):
    """People who share conversations. A conversation without a team is for everybody but guests."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    # What arrives here belongs to this team from the start; of several teams, to the first by name.
    inboxes = models.ManyToManyField("channels.Inbox", blank=True, related_name="teams", verbose_name=_("inboxes"))

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "Agent":
        """Make an agent who signs in with this address. Without a password, only an invitation lets them in."""
        agent = self.model(email=email.strip().lower(), **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def create_superuser(self, email: str, password: str, **fields) -> "Agent":
        return self.create_user(email, password, role=Role.ADMIN, **fields)


class Agent(AbstractBaseUser):
    """Somebody who works at the desk. Never deleted: who left is no longer active, and their words stay."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.AGENT)
    teams = models.ManyToManyField(Team, blank=True, related_name="agents", verbose_name=_("teams"))
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="it")
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, blank=True, default=Theme.SYSTEM)
    signature = models.TextField(_("signature"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = AgentManager()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="agent_role_is_known", condition=models.Q(role__in=Role.values))]

    def __str__(self):
        return self.name

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_supervisor(self) -> bool:
        """Whether they may do what a supervisor may; an administrator may too."""
        return self.role in (Role.ADMIN, Role.SUPERVISOR)

    @property
    def is_guest(self) -> bool:
        """A guest reads and writes notes; a guest never speaks to a customer."""
        return self.role == Role.GUEST

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.email]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


class Invitation(models.Model):
    """A way in for somebody new, good once and until it expires. Only the hash of its token is kept."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.AGENT)
    teams = models.ManyToManyField(Team, blank=True, related_name="+", verbose_name=_("teams"))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_invitation_each", fields=["email"], condition=models.Q(accepted_at=None)
            ),
        ]

    def __str__(self):
        return self.email

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class Session(AbstractBaseSession):
    """One browser that somebody is signed in with. Delete the row, and it is not."""

    agent = models.ForeignKey(Agent, models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(max_length=200, blank=True, help_text="The browser's own description of itself.")
    address = models.GenericIPAddressField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.agent_id}: {self.device}"
