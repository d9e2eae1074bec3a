"""One stream of events: what changed, to what, by whom, when."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Event(models.Model):
    """A change, recorded in the same transaction as the change itself. Never edited, never deleted by hand.

    `topic` is "<model>:<id>" of the thing it happened to, e.g. "conversation:12": the timeline of that thing,
    and what a live page subscribes to.
    """

    name = models.CharField(max_length=60)
    topic = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["topic", "id"], name="event_timeline"),
            models.Index(fields=["name", "at"], name="event_by_name"),
        ]

    def __str__(self):
        return f"{self.name} {self.topic}"

    @property
    def subject_id(self) -> int:
        """The id of the thing it happened to."""
        return int(self.topic.rpartition(":")[2])
