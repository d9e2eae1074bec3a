"""The people and companies who write to the shop."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sportello.agents.models import Agent


class Company(models.Model):
    """A business buyer. Colleagues are its memberships; sharing a domain never makes one silently."""

    name = models.CharField(_("name"), max_length=200)
    domain = models.CharField(_("domain"), max_length=253, blank=True, db_index=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self):
        return self.name


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, agent: Agent) -> "CustomerQuerySet":
        """Everybody, for who works here; a guest only meets those of the conversations they were asked into."""
        if not agent.is_guest:
            return self
        mine = models.Q(conversations__team__in=agent.teams.all()) | models.Q(conversations__assignee=agent)
        return self.filter(pk__in=self.model.objects.filter(mine).values("pk"))


class Customer(models.Model):
    """One person, however many addresses and numbers they write from."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    note = models.TextField(_("note"), blank=True)
    companies = models.ManyToManyField(Company, through="Membership", related_name="people")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CustomerQuerySet.as_manager()

    def __str__(self):
        return self.name or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/customers/{self.pk}"

    @property
    def called(self) -> str:
        """How to speak of them on the screen: their name, else the first address they wrote from."""
        return self.name or next((identity.value for identity in self.identities.all()), str(self))

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[0].isalnum()] or ["?"]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


class Membership(models.Model):
    company = models.ForeignKey(Company, models.PROTECT)
    customer = models.ForeignKey(Customer, models.PROTECT)
    role = models.CharField(_("role"), max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="member_once", fields=["company", "customer"])]

    def __str__(self):
        return f"{self.customer_id} @ {self.company_id}"


class Identity(models.Model):
    """One way a customer reaches us. `value` is normalised by its channel, so one address is one row."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=30)
    value = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    # A bounce said that nobody lives here: shown before anyone writes again.
    dead_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [models.UniqueConstraint(name="identity_is_one_customers", fields=["kind", "value"])]

    def __str__(self):
        return f"{self.kind}:{self.value}"

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None
