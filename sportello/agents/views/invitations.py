"""Inviting, and coming in with an invitation."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sportello.lib.access import admin_only

from .. import actions, letters, queries, signing_in
from ..forms.people import InvitationForm, NewAgentForm
from ..models import Invitation
from ..requests import SignedIn


@require_POST
@admin_only
def invitations(request: SignedIn) -> HttpResponse:
    """Invite somebody: the link goes by letter, and is shown this once to be given by hand."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        context = {"people": queries.people(), "invitations": queries.waiting_invitations(), "form": form}
        return render(request, "agents/people.html", context)
    typed = form.cleaned_data
    invitation, token = actions.invite(typed["email"], role=typed["role"], teams=typed["teams"], by=request.user)
    return _sent(request, invitation, token)


@require_POST
@admin_only
def renewal(request: SignedIn, pk: int) -> HttpResponse:
    """A new link, by letter and to be copied; the older one opens nothing any more."""
    invitation = get_object_or_404(Invitation, pk=pk, accepted_at=None)
    return _sent(request, invitation, actions.renew(invitation, by=request.user))


@require_POST
@admin_only
def revocation(request: SignedIn, pk: int) -> HttpResponse:
    actions.revoke(get_object_or_404(Invitation, pk=pk, accepted_at=None), by=request.user)
    return redirect("people")


def _sent(request: SignedIn, invitation: Invitation, token: str) -> HttpResponse:
    link = f"{settings.PUBLIC_URL}{reverse('invitation', args=[token])}"
    language = request.workspace.language if request.workspace else request.user.language
    letters.write("invitation", invitation.email, language=language, link=link, by=request.user)
    return render(request, "agents/invited.html", {"invitation": invitation, "link": link})


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: say your name, choose a password, and you are in."""
    found = actions.find_invitation(token)
    if found is None:
        return render(request, "agents/invitation_gone.html", status=404)
    form = NewAgentForm(request.POST or None, email=found.email)
    if form.is_valid():
        return _come_in(request, token, form.cleaned_data)
    return render(request, "agents/invitation.html", {"invitation": found, "form": form})


def _come_in(request: HttpRequest, token: str, typed: dict[str, Any]) -> HttpResponse:
    try:
        agent = actions.accept(token, language=translation.get_language(), **typed)
    except actions.Gone:
        return render(request, "agents/invitation_gone.html", status=404)
    signing_in.sign_in(request, agent)
    return redirect("home")
