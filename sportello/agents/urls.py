"""Doors and people. The doors are allauth's views under our own short addresses; nobody signs up."""

from allauth.account import views as account
from allauth.mfa.base import views as two_steps
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required as anybody
from django.urls import include, path, re_path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from .views import invitations, me, people, security, teams, welcome

FORGOTTEN = r"^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"
RESET = "account_reset_password_from_key"

sign_in = [
    path("", anybody(account.login), name="account_login"),
    path("passkey/", anybody(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("code/", anybody(two_steps.authenticate), name="mfa_authenticate"),
    path("inactive/", anybody(account.account_inactive), name="account_inactive"),
    path("password/", anybody(account.password_reset), name="account_reset_password"),
    path("password/sent/", anybody(account.password_reset_done), name="account_reset_password_done"),
    path(
        "password/changed/", anybody(account.password_reset_from_key_done), name="account_reset_password_from_key_done"
    ),
    re_path(FORGOTTEN, anybody(account.password_reset_from_key), name=RESET),
    # Who is inside proves again who they are before changing a lock.
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", two_steps.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
]

locks = [
    path("", security.Security.as_view(), name="mfa_index"),
    path("other-sessions/", security.other_sessions, name="other_sessions"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("app/", app.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes.txt", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
]

people_ = [
    path("", people.people, name="people"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/activity/", people.activity, name="person_activity"),
    path("<int:pk>/second-step/", people.second_step, name="second_step"),
    path("invitations/", invitations.invitations, name="invitations"),
    path("invitations/<int:pk>/renewal/", invitations.renewal, name="renewal"),
    path("invitations/<int:pk>/revocation/", invitations.revocation, name="revocation"),
]

teams_ = [
    path("", teams.teams, name="teams"),
    path("new/", teams.new_team, name="new_team"),
    path("<int:pk>/", teams.team, name="team"),
    path("<int:pk>/removal/", teams.team_removal, name="team_removal"),
]

urlpatterns = [
    path("welcome/", welcome.welcome, name="welcome"),
    path("sign-in/", include(sign_in)),
    path("sign-out/", anybody(require_POST(account.logout)), name="account_logout"),
    path("settings/security/", include(locks)),
    path("settings/me/", me.me, name="me"),
    path("settings/people/", include(people_)),
    path("settings/teams/", include(teams_)),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
