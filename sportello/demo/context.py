"""What the sign-in page shows in the demo, and nowhere else."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .logins import LOGINS, PASSWORD


def logins(request: HttpRequest) -> dict[str, Any]:
    """The people one may come in as, when this is the demo."""
    return {"demo_logins": LOGINS, "demo_password": PASSWORD} if settings.DEMO else {}
