"""`{% load customers %}`: how addresses are shown."""

from django import template

from sportello.lib.phones import written

register = template.Library()


@register.filter
def phone(value: str) -> str:
    """A phone number with spaces; anything else as it is."""
    return written(value) if value.startswith("+") else value
