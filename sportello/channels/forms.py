"""An inbox on a page of settings: what all have, and beside it the channel's own form.

A channel's form (`Channel.form_path`) is a Django form whose fields are the keys of the inbox's settings; a field
called "address" is the address of the inbox. What its channel names in `secrets` is never shown again: left empty,
it stays what it was. `sections` puts its fields into groups on the page: (heading, why, names of fields).
"""

from typing import Any

from django import forms
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from .models import Inbox
from .registry import channels


class ChannelForm(forms.Form):
    """What a channel without settings of its own asks for."""

    sections: tuple = ()

    address = forms.CharField(label=_("Address"), max_length=320, required=False)


class InboxForm(forms.ModelForm):
    """What every inbox has."""

    class Meta:
        model = Inbox
        fields = ["name", "brand"]
        help_texts = {
            "name": _("As the team calls it."),
            "brand": _("In whose name it writes."),
        }


def channel_form(inbox: Inbox, data: Any = None) -> forms.Form:
    """Return the own form of this inbox's channel, filled with its settings but for the secrets."""
    form = _form_class(inbox)(data, initial={**shown_settings(inbox), "address": inbox.address})
    for name in channels()[inbox.kind].secrets:
        if name in form.fields:
            _hide(form.fields[name], saved=bool(inbox.settings.get(name)))
    return form


def _form_class(inbox: Inbox) -> type[forms.Form]:
    path = channels()[inbox.kind].form_path
    return import_string(path) if path else ChannelForm


def shown_settings(inbox: Inbox) -> dict[str, Any]:
    """Return the settings that people may read: those on the form, without the secrets."""
    secrets = channels()[inbox.kind].secrets
    names = _form_class(inbox).base_fields.keys() - set(secrets)
    return {key: value for key, value in inbox.settings.items() if key in names}


def _hide(field: forms.Field, *, saved: bool) -> None:
    field.widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    if saved:
        field.required = False
        field.help_text = _("Saved, encrypted. Nobody can read it again. Leave empty to keep it.")


def sections_of(form: forms.Form) -> list[tuple[Any, Any, list]]:
    """Return (heading, why, bound fields) as the page shows them; without sections, all in one."""
    sections = getattr(form, "sections", ()) or [(_("Settings"), "", list(form.fields))]
    return [(heading, why, [form[name] for name in names if name in form.fields]) for heading, why, names in sections]


def typed_settings(inbox: Inbox, form: forms.Form) -> dict[str, Any]:
    """Return the settings to keep: what was typed over what was there; a secret left empty stays."""
    secrets = channels()[inbox.kind].secrets
    typed = {key: value for key, value in form.cleaned_data.items() if key != "address"}
    return {**inbox.settings, **{key: value for key, value in typed.items() if value or key not in secrets}}
