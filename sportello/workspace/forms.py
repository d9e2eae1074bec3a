from django import forms
from django.utils.translation import gettext_lazy as _

from sportello.lib.signature import SignatureField

from .models import Brand, Workspace
from .zones import time_zones


class ShopForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, help_text=_("All times are shown in it."))

    class Meta:
        model = Workspace
        fields = ["name", "language", "time_zone", "require_mfa"]
        help_texts = {
            "language": _("Of letters to people who have no account yet. Everybody chooses their own."),
            "require_mfa": _("Whoever has none sets one up at their next click: an app on the phone, or a passkey."),
        }


class BrandForm(forms.ModelForm):
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    signature = SignatureField(label=_("Signature"), help_text=_("Below the replies of who has none of their own."))

    class Meta:
        model = Brand
        fields = ["name", "website", "signature"]
        help_texts = {"name": _("What customers read as the sender.")}
