"""The shop itself: its name, language, clock and brands."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Workspace(models.Model):
    """One row, made on the first run. It says in whose name this desk speaks."""

    name = models.CharField(_("name of the shop"), max_length=120)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="it")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Rome")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(name="one_workspace", condition=models.Q(pk=1))]

    def __str__(self):
        return self.name


class Brand(models.Model):
    """A name the shop sells under: what the customer sees as the sender."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    website = models.URLField(_("website"), blank=True)
    signature = models.TextField(_("signature"), blank=True, help_text=_("HTML, below every reply of this brand."))

    def __str__(self):
        return self.name
