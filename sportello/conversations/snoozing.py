"""What was snoozed comes back by itself."""

from django.utils import timezone
from django_tasks import task

from .actions import wake
from .models import Conversation


@task()
def wake_due() -> int:
    """Wake all whose time has come; return how many. An index makes it one short look."""
    due = Conversation.objects.filter(snoozed_until__lte=timezone.now())
    return sum(wake(conversation) for conversation in due)
