"""The table of jobs. It stays small: what is done is pruned after some hours."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ORDINARY = "default"  # the queue of everything that names no other
NAMED = ~Q(key="")
WAITING = Q(leased_until=None)  # scheduled or ready: nobody took it yet, or it was put back


class Job(models.Model):
    """One call of one task. `key` joins those that would do the same: at most one of a key is waiting."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        READY = "ready", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    task = models.CharField(max_length=200)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=32, default=ORDINARY)
    priority = models.SmallIntegerField(default=0)
    key = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.READY)
    run_after = models.DateTimeField(default=timezone.now)
    leased_by = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=10)
    error = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True)
    enqueued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="job_waits_once", fields=["key"], condition=NAMED & WAITING),
        ]
        indexes = [
            models.Index(name="job_ready", fields=["-priority", "id"], condition=Q(state="ready", queue=ORDINARY)),
            models.Index(
                name="job_ready_other", fields=["-priority", "id"], condition=Q(state="ready") & ~Q(queue=ORDINARY)
            ),
            models.Index(name="job_scheduled", fields=["run_after"], condition=Q(state="scheduled")),
            models.Index(name="job_leased", fields=["leased_until"], condition=Q(state="running")),
            models.Index(name="job_done", fields=["finished_at"], condition=Q(state="done")),
            models.Index(name="job_failed", fields=["-finished_at"], condition=Q(state="failed")),
        ]

    def __str__(self):
        return f"{self.task} ({self.state})"

    @classmethod
    def waiting(cls, key: str) -> models.QuerySet["Job"]:
        """The one that waits under this key, if any."""
        return cls.objects.filter(NAMED & WAITING, key=key)

    @property
    def name(self) -> str:
        """The last part of the task's path: what people call it."""
        return self.task.rpartition(".")[2]


class Tick(models.Model):
    """When a recurring job was last enqueued: whoever moves this forward enqueues it."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.name} {self.at}"
