"""The shop itself: its name, language, clock and brands."""

import time

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# Every page asks for the shop: remembered this many seconds, and forgotten at once by the process that changed it.
REMEMBERED = 5


class WorkspaceManager(models.Manager["Workspace"]):
    _remembered: "tuple[float, Workspace | None]" = (0, None)

    def current(self) -> "Workspace | None":
        """The shop, or None before the first run."""
        read_at, workspace = self._remembered
        if workspace is None or time.monotonic() - read_at > REMEMBERED:
            workspace = self.filter(pk=1).first()
            self._remembered = (time.monotonic(), workspace)
        return workspace

    def forget(self) -> None:
        """Read it again next time."""
        self._remembered = (0, None)


class Workspace(models.Model):
    """One row, made on the first run. It says in whose name this desk speaks."""

    name = models.CharField(_("name of the shop"), max_length=120)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="it")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Rome")
    require_mfa = models.BooleanField(_("everybody signs in with two steps"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WorkspaceManager()

    class Meta:
        constraints = [models.CheckConstraint(name="one_workspace", condition=models.Q(pk=1))]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        Workspace.objects.forget()


class Brand(models.Model):
    """A name the shop sells under: what the customer sees as the sender."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    website = models.URLField(_("website"), blank=True)
    signature = models.TextField(_("signature"), blank=True, help_text=_("HTML, below every reply of this brand."))

    def __str__(self):
        return self.name
