"""What every template may use without loading it: icons, faces, fields, times, money, ways to go."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sportello.ui import formats, links

register = template.Library()


@lru_cache(maxsize=1024)
def svg(name: str, size: str = "", label: str = "") -> SafeString:
    """The icon called `name`. Without a label it is decoration, and hidden from those who listen."""
    kind = f"icon icon--{size}" if size else "icon"
    heard = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', kind, heard, static("ui/sprite.svg"), name)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """`{% icon "mail" size="small" %}`: sizes are small and large; `label` when the icon is all there is."""
    return svg(name, size, str(label))


@register.simple_tag(takes_context=True)
def avatar(context: template.Context, person: Any, size: str = "", title: str = "") -> SafeString:
    """A face: green for me, blue for a colleague, paper for a customer, an open hand for nobody."""
    request = context.get("request")
    return face(person, me=getattr(request, "user", None), size=size, title=title)


def face(person: Any, *, me: Any = None, size: str = "", title: str = "") -> SafeString:
    """The same for who has no template at hand. Sizes: small, mid, large."""
    kinds = "avatar" + (f" avatar--{size}" if size else "")
    if person is None:
        hand = svg("hand", "small" if size == "small" else "")
        return format_html('<span class="{} avatar--nobody" title="{}">{}</span>', kinds, title or _("nobody"), hand)
    if person == me:
        kinds += " avatar--me"
    elif hasattr(person, "role"):
        kinds += " avatar--colleague"
    return format_html('<span class="{}" title="{}">{}</span>', kinds, title or str(person), person.initials)


@register.simple_tag
def field(bound: BoundField, optional: bool = False, **attributes) -> SafeString:
    """A field of a form with its label, help and error. Attributes go to the control: `autocomplete="off"`."""
    return render_to_string("ui/_field.html", {**describe(bound, **attributes), "optional": optional})


CHECKS = ("checkbox", "radio")


def describe(bound: BoundField, **attributes) -> dict[str, Any]:
    """What `_field.html` needs: the control as HTML with its classes and its ties to help and error."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    several = kind in CHECKS and hasattr(widget, "choices")
    single = kind == "checkbox" and not several
    attrs = {name.replace("_", "-"): value for name, value in attributes.items()}
    if not several:
        attrs["class"] = " ".join(
            filter(None, ["" if single else "input", widget.attrs.get("class"), attrs.get("class")])
        )
    tied = [f"{bound.auto_id}_error"] if bound.errors else []
    if bound.help_text:
        tied.append(f"{bound.auto_id}_help")
    if tied and not several:
        attrs["aria-describedby"] = " ".join(tied)
    if bound.errors and not several:
        attrs["aria-invalid"] = "true"
    return {"field": bound, "control": bound.as_widget(attrs=attrs), "single": single, "several": several}


@register.inclusion_tag("ui/_form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with a form as a whole."""
    return {"errors": form.non_field_errors()}


@register.filter
def clock(at: datetime | None) -> str:
    return formats.clock(at) if at else ""


@register.filter
def day(at: datetime | date | None) -> str:
    return formats.day(at, timezone.now()) if at else ""


@register.filter
def short_date(at: datetime | date | None) -> str:
    return formats.short_date(at, timezone.now()) if at else ""


@register.filter
def moment(at: datetime | None) -> str:
    return formats.moment(at, timezone.now()) if at else ""


@register.filter
def full(at: datetime | None) -> str:
    return formats.full(at) if at else ""


@register.filter
def ago(at: datetime | None) -> str:
    return formats.ago(at, timezone.now()) if at else ""


@register.filter
def waiting(since: datetime | None) -> str:
    """How long since then, in one breath: 1 h 38."""
    return formats.lapse(timezone.now() - since) if since else ""


@register.filter
def money(amount: Decimal | None, currency: str = "EUR") -> str:
    return formats.money(amount, currency) if amount is not None else ""


@register.filter
def number(value: Decimal | float | None) -> str:
    return formats.number(value) if value is not None else ""


@register.filter("bytes")
def size(count: int | None) -> str:
    return formats.size(count) if count is not None else ""


@register.inclusion_tag("ui/_rail.html", takes_context=True)
def rail(context: template.Context) -> dict[str, Any]:
    """The green front of the counter: where am I, what else is there."""
    request = context["request"]
    shown = links.open_to(request.user, links.rail())
    here = next((link for link in shown if link.is_here(request.path)), None)
    return {
        "request": request,
        "top": [link for link in shown if not link.at_foot],
        "foot": [link for link in shown if link.at_foot],
        "here": here,
        "csrf_token": context.get("csrf_token"),
        "sign_out": "/sign-out/" if links.exists("/sign-out/") else "",
        "own_page": "/settings/me/" if links.exists("/settings/me/") else "",
    }


@register.inclusion_tag("ui/_settings_list.html", takes_context=True)
def settings_list(context: template.Context) -> dict[str, Any]:
    """The side list of the settings: only what is built, and only what this person may change."""
    request = context["request"]
    groups = [
        (group.label, [(link, link.is_here(request.path)) for link in links.open_to(request.user, group.links)])
        for group in links.settings_groups()
    ]
    return {"groups": [(label, shown) for label, shown in groups if shown]}
