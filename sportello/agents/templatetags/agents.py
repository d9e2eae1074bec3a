"""What the pages about people show."""

from django import template
from django.utils.translation import gettext as _

from sportello.lib import device as devices

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    """The browser and system, in two words."""
    return devices.device(user_agent) or _("Unknown browser")
