"""Addresses of static files that are no longer, and pages for when something is wrong."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect
from django.templatetags.static import static


@login_not_required
def older_static(request, version, path):
    """A page opened before an upgrade asks for a file of then: give it today's."""
    if f"/static/{version}/" == settings.STATIC_URL:
        raise Http404
    response = redirect(static(path))
    response["Cache-Control"] = "no-store"
    return response
