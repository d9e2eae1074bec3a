"""One's own page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from .. import actions
from ..forms.people import ProfileForm
from ..requests import SignedIn


@require_http_methods(["GET", "POST"])
def me(request: SignedIn) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        actions.change_profile(request.user, by=request.user, **form.cleaned_data)
        return redirect("me")
    return render(request, "agents/me.html", {"form": form})
