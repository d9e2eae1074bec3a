"""The shop's side of the story: stores, orders, parcels. A neutral model that every connector fills."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sportello.agents.models import Agent


class Store(models.Model):
    """One web shop whose orders we know."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("platform"), max_length=30, default="generic")
    brand = models.ForeignKey("workspace.Brand", models.PROTECT, null=True, blank=True, verbose_name=_("brand"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    # How an order number of this shop looks, "#" for each digit, e.g. "TT-#####"; learned from the orders when empty.
    number_pattern = models.CharField(_("order number pattern"), max_length=120, blank=True)
    # {"TT-#####": 1284}: the shapes of numbers met, and how often. See numbering.py.
    learned_shapes = models.JSONField(default=dict, blank=True, editable=False)

    def __str__(self):
        return self.name

    @property
    def shapes(self) -> list[str]:
        """How its order numbers look."""
        return [self.number_pattern] if self.number_pattern else list(self.learned_shapes)


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, agent: Agent) -> "OrderQuerySet":
        """All, for who works here; a guest only sees those their conversations are about."""
        if not agent.is_guest:
            return self
        mine = Q(conversations__team__in=agent.teams.all()) | Q(conversations__assignee=agent)
        return self.filter(pk__in=self.model.objects.filter(mine).values("pk"))


class Order(models.Model):
    """An order as the store last told it. `number` is what the customer sees, `external_id` what the store calls it."""

    class State(models.TextChoices):
        PENDING = "pending", _("awaiting payment")
        PAID = "paid", _("paid")
        PREPARING = "preparing", _("in preparation")
        SHIPPED = "shipped", _("shipped")
        PARTLY_DELIVERED = "partly_delivered", _("partly delivered")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("cancelled")
        REFUNDED = "refunded", _("refunded")

    store = models.ForeignKey(Store, models.PROTECT, related_name="orders")
    external_id = models.CharField(max_length=120)
    number = models.CharField(_("number"), max_length=60)
    number_key = models.CharField(max_length=60, editable=False, help_text="The number as people type it: folded.")
    customer = models.ForeignKey("customers.Customer", models.SET_NULL, null=True, blank=True, related_name="orders")
    email = models.CharField(_("e-mail address"), max_length=320, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.PENDING)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=3)
    refunded = models.DecimalField(_("refunded"), max_digits=14, decimal_places=3, default=0)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    url = models.URLField(_("address in the store"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    placed_at = models.DateTimeField(_("placed"))
    promised_for = models.DateField(_("promised for"), null=True, blank=True)
    updated_at = models.DateTimeField(null=True, blank=True, help_text="The store's own clock: older news loses.")
    # Of what was told: the same telling again changes nothing. See importing/understanding.py.
    digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="order_is_told_once", fields=["store", "external_id"])]
        indexes = [
            models.Index(fields=["number_key"], name="order_by_number"),
            models.Index(fields=["customer", "-placed_at"], name="order_of_customer"),
            models.Index(fields=["email"], name="order_by_email"),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self) -> str:
        return f"/orders/{self.pk}"

    def days_late(self, today: date) -> int:
        """How many days ago it should have arrived; 0 when it did, or still may."""
        settled = self.state in (self.State.DELIVERED, self.State.CANCELLED, self.State.REFUNDED)
        return 0 if settled else days_after(self.promised_for, today)


def days_after(promise: date | None, today: date) -> int:
    """How many days the promise is over; 0 when it is not, or none was made."""
    return max(0, (today - promise).days) if promise else 0


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=120, blank=True)
    name = models.CharField(_("product"), max_length=300)
    variant = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=1)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=3)
    image = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="line_position_once", fields=["order", "position"])]

    def __str__(self):
        return self.name


class Shipment(models.Model):
    class State(models.TextChoices):
        PREPARING = "preparing", _("in preparation")
        IN_TRANSIT = "in_transit", _("on its way")
        OUT_FOR_DELIVERY = "out_for_delivery", _("out for delivery")
        DELIVERED = "delivered", _("delivered")
        STUCK = "stuck", _("stuck")
        RETURNED = "returned", _("going back")
        LOST = "lost", _("lost")

    order = models.ForeignKey(Order, models.CASCADE, related_name="shipments")
    external_id = models.CharField(max_length=120)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True, db_index=True)
    tracking_url = models.URLField(_("tracking link"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.IN_TRANSIT)
    shipped_at = models.DateTimeField(null=True, blank=True)
    promised_for = models.DateField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="shipment_once", fields=["order", "external_id"]),
            models.CheckConstraint(
                name="delivered_has_a_time", condition=~Q(state="delivered") | Q(delivered_at__isnull=False)
            ),
        ]

    def __str__(self):
        return self.tracking_number or self.external_id

    def days_late(self, today: date) -> int:
        """How many days ago this parcel should have arrived; 0 when it did, or still may."""
        settled = self.state in (self.State.DELIVERED, self.State.RETURNED)
        return 0 if settled else days_after(self.promised_for, today)


class OrderFile(models.Model):
    """A file of orders somebody gave us: read through first, imported when they say so, then deleted.

    reading → readable | unreadable; readable → importing → imported | stopped | failed.
    """

    class State(models.TextChoices):
        READING = "reading", _("being read")
        READABLE = "readable", _("read, not yet imported")
        UNREADABLE = "unreadable", _("cannot be imported")
        IMPORTING = "importing", _("being imported")
        IMPORTED = "imported", _("imported")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("broken off")

    store = models.ForeignKey(Store, models.PROTECT, related_name="files")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.READING)
    read = models.PositiveBigIntegerField(default=0)
    # {"new": 12, "refused": 3, …}: see importing/report.py. Problems and notices as importing.problems keeps them.
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    notices = models.JSONField(default=list)
    first = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return f"/settings/orders/files/{self.pk}/"

    @property
    def is_busy(self) -> bool:
        """Whether somebody works on it now."""
        return self.state in (self.State.READING, self.State.IMPORTING)

    @property
    def percent(self) -> int:
        """How much of it was gone through."""
        return min(99, 100 * self.read // max(1, self.size))
