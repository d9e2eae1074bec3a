"""What is asked about a customer."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from . import addresses
from .models import Customer

KINDS = [("email", _("E-mail")), ("phone", _("Phone")), ("whatsapp", "WhatsApp"), ("instagram", "Instagram")]


class DescribeForm(forms.ModelForm):
    """What we know about a customer."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("not known")), *settings.LANGUAGE_NAMES.items()], required=False
    )

    class Meta:
        model = Customer
        fields = ["name", "language", "city", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


class AddressForm(forms.Form):
    """Another way to reach somebody."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    value = forms.CharField(label=_("Address or number"), max_length=320)

    def clean(self):
        told = super().clean() or {}
        if {"kind", "value"} <= told.keys():
            try:
                addresses.normal(told["kind"], told["value"])
            except addresses.NotAnAddress:
                words = {"email": _("This is not an e-mail address."), "instagram": _("This is not an address.")}
                self.add_error("value", words.get(told["kind"], _("This is not a phone number.")))
        return told


class CompanyForm(forms.Form):
    """For whom somebody buys."""

    name = forms.CharField(label=_("Company"), max_length=200)
    role = forms.CharField(label=_("What they do there"), max_length=60, required=False)
