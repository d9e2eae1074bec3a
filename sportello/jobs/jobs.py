"""The one job of the jobs themselves: the table stays small."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from .models import Job

KEEP = timedelta(hours=3)  # how long the result of a job can be asked for
AT_ONCE = 2000


@task(priority=-50)
def prune() -> None:
    """Delete what was done hours ago, some at a time so that nobody waits long. Failed jobs stay."""
    old = Job.objects.filter(state=Job.State.DONE, finished_at__lt=timezone.now() - KEEP).order_by("finished_at")
    while ids := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        Job.objects.filter(pk__in=ids).delete()
