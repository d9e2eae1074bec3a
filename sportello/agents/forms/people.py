"""Who somebody is: first run, invitations, one's own page."""

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from sportello.lib.signature import SignatureField
from sportello.workspace.zones import time_zones

from ..models import Agent, Invitation, Team
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
        data = super().clean() or {}
        if "password" in data:
            agent = Agent(name=data.get("name", ""), email=data.get("email", self.known_email))
            try:
                validate_password(data["password"], agent)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class FirstRunForm(NewAgentForm):
    """The shop and its first administrator."""

    shop = forms.CharField(label=_("Name of the shop"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )

    field_order = ["shop", "language", "time_zone", "name", "email", "password"]


class InvitationForm(forms.ModelForm):
    """Whom to invite, as what, into which teams."""

    class Meta:
        model = Invitation
        fields = ["email", "role", "teams"]
        widgets = {"teams": forms.CheckboxSelectMultiple}

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        agent = Agent.objects.filter(email=email).first()
        if agent:
            here, left = _("%(name)s works here already."), _("%(name)s was here before: make them active again.")
            raise forms.ValidationError((here if agent.is_active else left) % {"name": agent.name})
        return email

    def validate_constraints(self):
        """Who is invited twice gets a new link: that is not an error."""


class PersonForm(forms.ModelForm):
    """What an administrator changes of somebody."""

    class Meta:
        model = Agent
        fields = ["name", "role", "teams"]
        widgets = {"teams": forms.CheckboxSelectMultiple}


class ProfileForm(forms.ModelForm):
    """What everybody changes of themselves."""

    signature = SignatureField(
        label=_("Your signature"),
        help_text=_("Below your replies. Empty: the signature of the brand. Web addresses become links."),
    )

    class Meta:
        model = Agent
        fields = ["name", "language", "theme", "signature"]


class TeamForm(forms.ModelForm):
    """A team with its people and its inboxes."""

    agents = forms.ModelMultipleChoiceField(
        Agent.objects.filter(is_active=True), label=_("People"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Team
        fields = ["name", "agents", "inboxes"]
        widgets = {"inboxes": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["inboxes"].help_text = _("What arrives there belongs to this team.")
        if self.instance.pk:
            self.initial["agents"] = self.instance.agents.all()
