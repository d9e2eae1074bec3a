"""What a view behind the sign-in is given."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from sportello.workspace.models import Workspace

from .models import Agent


class SignedIn(HttpRequest):
    """A request of which the middleware knows who asks. For annotations: Django makes plain ones."""

    user: Agent
    workspace: Workspace | None
    htmx: HtmxDetails
