"""Until when one may put a conversation off: a few good moments, in the shop's own time."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sportello.ui import formats

MORNING = time(9)


@dataclass(frozen=True)
class Moment:
    """A choice of the menu. `until` is aware; `when` says it in words."""

    label: Any
    until: datetime
    when: str

    @property
    def value(self) -> str:
        return self.until.isoformat(timespec="minutes")


def moments(now: datetime) -> list[tuple[Any, datetime]]:
    """Return labels and times after `now` (aware, in the shop's zone): later today, tomorrow, Monday, in a week."""
    at_nine = datetime.combine(now.date(), MORNING, tzinfo=now.tzinfo)
    to_monday = (7 - now.weekday()) % 7 or 7
    later = [
        (_("In three hours"), now.replace(second=0, microsecond=0) + timedelta(hours=3)),
        (_("Tomorrow morning"), at_nine + timedelta(days=1)),
    ]
    if to_monday > 1:
        later.append((_("On Monday"), at_nine + timedelta(days=to_monday)))
    return [*later, (_("In a week"), at_nine + timedelta(days=7))]


def choices() -> list[Moment]:
    now = timezone.localtime()
    return [Moment(label, until, formats.moment(until, now)) for label, until in moments(now)]
