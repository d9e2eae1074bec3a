"""How allauth is fitted into this house: nobody signs up, our words, our letters, secrets encrypted."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sportello.events.record import record
from sportello.lib.secrets import decrypt, encrypt
from sportello.workspace.models import Workspace

from . import letters
from .models import Agent

# What allauth tells us about an account, as an event and as a sentence for the letter.
NOTICES = {
    "account/email/password_changed": ("agent.password_changed", _("Your password was changed.")),
    "account/email/password_set": ("agent.password_changed", _("Your password was changed.")),
    "account/email/password_reset": ("agent.password_reset", _("Your password was set anew with a link sent to you.")),
    "mfa/email/totp_activated": ("agent.app_added", _("An authenticator app was added to your sign-in.")),
    "mfa/email/totp_deactivated": ("agent.app_removed", _("The authenticator app was removed from your sign-in.")),
    "mfa/email/webauthn_added": ("agent.passkey_added", _("A passkey was added to your sign-in.")),
    "mfa/email/webauthn_removed": ("agent.passkey_removed", _("A passkey was removed from your sign-in.")),
    "mfa/email/recovery_codes_generated": ("agent.codes_made", _("New recovery codes were made for your sign-in.")),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("That address and password do not go together."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "incorrect_password": _("That is not your password."),
        "enter_current_password": _("That is not your password."),
        "incorrect_code": _("That code is not right. Codes change every 30 seconds."),
        "rate_limited": _("Too many attempts. Wait five minutes, then try again."),
        "invalid_password_reset": _("This link is no longer good."),
    }

    def is_open_for_signup(self, request) -> bool:
        """People come in by invitation."""
        return False

    def add_message(self, request, level, *args, **kwargs) -> None:
        """Say nothing of a success: the page that follows shows it. Errors stay."""
        if level >= 30:
            super().add_message(request, level, *args, **kwargs)

    def post_login(self, request, user, **kwargs):
        device, address = request.session.client()
        record("agent.signed_in", user, by=user, device=device, address=address)
        return super().post_login(request, user, **kwargs)

    def send_notification_mail(self, template_prefix, user, context=None, email=None) -> None:
        """Note it in the audit and tell the person, so that a thief cannot change a lock unnoticed."""
        name, sentence = NOTICES[template_prefix]
        device, address = self.request.session.client()
        record(name, user, by=user, device=device, address=address)
        letters.write("notice", user.email, language=user.language, agent=user, notice=sentence, device=device)

    def send_mail(self, template_prefix, email, context) -> None:
        raise NotImplementedError(f"{template_prefix}: every letter of ours is written in letters.py")

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("mfa_index")


class TwoStepAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _("The shop asks everybody to sign in with two steps: add another one first."),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        shop = Workspace.objects.current()
        return f"Sportello {shop.name}" if shop else "Sportello"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def can_delete_authenticator(self, authenticator) -> bool:
        """The last second step stays where the shop requires one."""
        shop = Workspace.objects.current()
        if not (shop and shop.require_mfa) or authenticator.type == authenticator.Type.RECOVERY_CODES:
            return True
        others = type(authenticator).objects.filter(user=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=authenticator.Type.RECOVERY_CODES).exists()

    def generate_authenticator_name(self, user: Agent, type) -> str:
        return ""
