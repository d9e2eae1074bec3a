"""What is asked about stores and their files."""

import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sportello.ui.formats import size

from .importing.problems import Wrong
from .importing.values import currency
from .models import Store


class StoreForm(forms.ModelForm):
    """A store: how it is called, what it sells in, how its order numbers look."""

    class Meta:
        model = Store
        fields = ["name", "currency", "number_pattern", "brand"]
        help_texts = {
            "currency": _("Three letters. For orders that do not say theirs."),
            "number_pattern": _(
                "How order numbers look in a mail, # for each digit: TT-#####. Empty: as in the orders."
            ),
        }

    def clean_currency(self):
        try:
            return currency(self.cleaned_data["currency"])
        except Wrong as wrong:
            raise ValidationError(_("This is not a currency: write its three letters, like EUR.")) from wrong

    def clean_number_pattern(self):
        pattern = self.cleaned_data["number_pattern"].strip()
        if pattern and not re.fullmatch(r"[\w@#/. -]{0,20}[#@][\w@#/. -]{0,20}", pattern):
            raise ValidationError(_("Write the number with # for each digit, like TT-#####."))
        return pattern


class FileForm(forms.Form):
    """A file of orders, of one store."""

    store = forms.ModelChoiceField(Store.objects.order_by("name"), label=_("Store"), empty_label=None)
    file = forms.FileField(label=_("File"), allow_empty_file=True, help_text=_("CSV or JSON lines."))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.ORDER_FILE_LIMIT:
            words = _("The file is larger than %(limit)s. Split it, or import it by command.")
            raise ValidationError(words % {"limit": size(settings.ORDER_FILE_LIMIT)})
        return file
