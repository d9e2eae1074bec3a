"""A signature is typed as lines and kept as HTML: line breaks and links, nothing more."""

from django import forms
from django.utils.html import urlize

from .html import sanitise, to_text


def as_html(text: str) -> str:
    """Return the lines as HTML, escaped, with addresses as links; "" for nothing."""
    lines = [urlize(line.rstrip(), autoescape=True) for line in text.strip().splitlines()]
    return sanitise("<br>".join(lines))


def as_lines(html: str) -> str:
    """Return what is typed again to get it."""
    return "\n".join(line.rstrip() for line in to_text(html).strip().splitlines())


class SignatureField(forms.CharField):
    """A text area of lines whose value is HTML."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), max_length=2000, required=False, **kwargs)

    def prepare_value(self, value):
        return as_lines(value) if value and "<" in value else value

    def clean(self, value):
        return as_html(super().clean(value))
