"""Sign-in, passwords and second steps: allauth's forms in our words, each thing asked once."""

from allauth.account import forms as account
from allauth.mfa.base import forms as two_steps
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.utils.translation import gettext_lazy as _

from .. import letters

CODE_HELP = _("Six digits from your authenticator app, or one of your recovery codes.")
PASSWORD_HELP = _("Ten characters or more. A sentence is good.")


class OurWords(forms.Form):
    """Our labels and help instead of allauth's; no placeholders, which vanish when one needs them."""

    words: dict = {}
    helps: dict = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.words.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OurWords, account.LoginForm):
    words = {"login": _("E-mail address"), "password": _("Password")}


class ReauthenticateForm(OurWords, account.ReauthenticateForm):
    words = {"password": _("Password")}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    words = {"oldpassword": _("Password now"), "password1": _("New password")}
    helps = {"password1": PASSWORD_HELP}
    password2 = None


class SetPasswordForm(OurWords, account.SetPasswordForm):
    words = {"password1": _("New password")}
    helps = {"password1": PASSWORD_HELP}
    password2 = None


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):
    words = {"password1": _("New password")}
    helps = {"password1": PASSWORD_HELP}
    password2 = None


class ResetPasswordForm(forms.Form):
    """Ask for the letter that lets one choose a new password. It never looks whether the address is known."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))

    def save(self, request, **kwargs) -> str:
        email = self.cleaned_data["email"].strip().lower()
        letters.help_to_a_new_password.enqueue(email)
        return email


class CodeForm(OurWords, two_steps.AuthenticateForm):
    words = {"code": _("Code")}
    helps = {"code": CODE_HELP}


class CodeAgainForm(OurWords, two_steps.ReauthenticateForm):
    words = {"code": _("Code")}
    helps = {"code": CODE_HELP}


class AppForm(OurWords, app.ActivateTOTPForm):
    words = {"code": _("Code shown by the app")}


class AddPasskeyForm(OurWords, passkeys.AddWebAuthnForm):
    words = {"name": _("What is it on?"), "passwordless": _("Sign in with it alone, without a password")}
    helps = {"name": _("Your phone, your laptop, a key: a name you will recognise.")}

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip() or str(_("Passkey"))


class NamePasskeyForm(OurWords, passkeys.EditWebAuthnForm):
    words = {"name": _("Name")}
