"""Trying the settings of an inbox against the real server, in a job: nobody waits at a page for a dead line."""

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from sportello.workspace.models import Workspace

from .base import Channel, ChannelError
from .fetching import keep_renewed
from .models import Inbox
from .registry import channel_of

log = structlog.get_logger(__name__)


@task(queue_name="network")
def check_inbox(inbox_id: int) -> None:
    """Write on the inbox what its server said; what goes wrong is an answer, not a failure of the job."""
    channel = channel_of(Inbox.objects.get(pk=inbox_id))
    shop = Workspace.objects.current()
    with override(shop.language if shop else None):
        reason = _words_of(channel)
    keep_renewed(inbox_id, channel)
    Inbox.objects.filter(pk=inbox_id).update(checked_at=timezone.now(), check_reason=reason[:500])


def _words_of(channel: Channel) -> str:
    try:
        channel.check()
    except ChannelError as error:
        return str(error) or _("The server refused without a reason.")
    except Exception:
        # Never leave the page saying "being tried" for ever.
        log.exception("inbox.check_broke", channel=channel.kind)
        return _("The try broke off: the reason is in the log.")
    finally:
        channel.close()
    return ""
