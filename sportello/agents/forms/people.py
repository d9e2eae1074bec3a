"""Who somebody is: first run, invitations, one's own page."""

import zoneinfo

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from ..models import Agent
from .doors import PASSWORD_HELP


class NewAgentForm(forms.Form):
    """What makes an account: a name and a password; the address is known, or asked beside it."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HELP,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, email: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.known_email = email

    def clean(self):
        data = super().clean()
        if "password" in data:
            agent = Agent(name=data.get("name", ""), email=data.get("email", self.known_email))
            try:
                validate_password(data["password"], agent)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


def time_zones() -> list[tuple[str, str]]:
    """Every zone a shop may live in, as choices."""
    names = sorted(zoneinfo.available_timezones())
    return [(name, name.replace("_", " ")) for name in names if "/" in name and not name.startswith(("Etc/", "posix/"))]


class FirstRunForm(NewAgentForm):
    """The shop and its first administrator."""

    shop = forms.CharField(label=_("Name of the shop"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )

    field_order = ["shop", "language", "time_zone", "name", "email", "password"]
