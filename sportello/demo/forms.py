"""What the person who plays the customer types."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sportello.channels.models import Inbox


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Answer as the customer"), widget=forms.Textarea(attrs={"rows": 5}), max_length=20_000
    )


class LetterForm(forms.Form):
    """A letter to the shop from anybody."""

    name = forms.CharField(label=_("Name"), max_length=120, initial="Ada Lovelace")
    sender = forms.EmailField(label=_("E-mail address"), initial="ada@posta.example")
    to = forms.ChoiceField(label=_("To"))
    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        inboxes = Inbox.objects.filter(kind="email", is_active=True).order_by("pk")
        self.fields["to"].choices = [(inbox.address, inbox.address) for inbox in inboxes]  # type: ignore[attr-defined]
