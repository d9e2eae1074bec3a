"""What is swept up at night."""

from django_tasks import task

from .sessions import SessionStore


@task()
def forget_ended_sessions() -> None:
    """Delete the rows of sessions whose time is over."""
    SessionStore.clear_expired()
