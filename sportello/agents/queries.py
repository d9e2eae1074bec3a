"""What the pages about people show."""

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from .models import Agent, Invitation, Team


def people() -> QuerySet[Agent]:
    """Everybody who ever worked here: the active first, with teams and whether they sign in with two steps."""
    steps = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return Agent.objects.annotate(two_steps=Exists(steps)).prefetch_related("teams").order_by("-is_active", "name")


def waiting_invitations() -> QuerySet[Invitation]:
    """Those nobody came with yet; the ones too old too, so that they can be renewed."""
    return Invitation.objects.filter(accepted_at=None).select_related("invited_by").prefetch_related("teams")


def teams() -> QuerySet[Team]:
    """Teams with their inboxes and how many active people they have."""
    active = Count("agents", filter=Q(agents__is_active=True), distinct=True)
    return Team.objects.annotate(people=active).prefetch_related("inboxes")
