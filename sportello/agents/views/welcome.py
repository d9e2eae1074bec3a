"""The very first page: nobody is here yet."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from .. import first_run, signing_in
from ..forms.people import FirstRunForm


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def welcome(request: HttpRequest) -> HttpResponse:
    """Make the shop and its administrator. Gone as soon as there is one."""
    if not first_run.is_due():
        raise Http404
    token = request.POST.get("token") or request.GET.get("token", "")
    if not first_run.may_begin(request, token):
        return render(request, "agents/welcome_closed.html", status=403)
    initial = {"language": translation.get_language(), "time_zone": settings.TIME_ZONE}
    form = FirstRunForm(request.POST or None, initial=initial)
    if form.is_valid():
        return _begin(request, form.cleaned_data)
    return render(request, "agents/welcome.html", {"form": form, "token": token})


def _begin(request: HttpRequest, typed: dict[str, Any]) -> HttpResponse:
    try:
        admin = first_run.begin(**typed)
    except first_run.AlreadyBegun:
        raise Http404 from None
    signing_in.sign_in(request, admin)
    return redirect("home")
