"""The calendar of the story. It is written for one fixed morning and shifted so that this morning is now."""

import random
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# Wall-clock times of the shop, without a zone, until `Clock.shift` puts them in the present.
REFERENCE = datetime(2026, 11, 20, 10, 5)
MIDNIGHT = datetime.combine(REFERENCE, time())
BEGINNING = datetime(2026, 9, 1)
SHOP_ZONE = ZoneInfo("Europe/Rome")

# Opening hours by weekday, Monday first; none on Sunday.
HOURS = [((9, 0), (18, 30))] * 5 + [((9, 30), (13, 0))]

# How many people write in each hour of the day.
WRITING = (3, 2, 1, 1, 1, 2, 5, 14, 30, 44, 46, 40, 30, 32, 38, 36, 34, 34, 32, 30, 34, 40, 28, 12)


class Clock:
    """Moves the story into the present.

    What happened on the story's last morning keeps its age to the minute; older days keep their time of day, so that
    nobody answers mail in the night because the demo was prepared in the evening. The order of things is kept.
    """

    def __init__(self, now: datetime):
        local = now.astimezone(SHOP_ZONE).replace(tzinfo=None)
        self._today = local - REFERENCE
        self._before = timedelta(days=self._today.days)

    def shift(self, at: datetime) -> datetime:
        """Return an aware time for `at`, a time of the story."""
        return (at + (self._today if at >= MIDNIGHT else self._before)).replace(tzinfo=SHOP_ZONE)


def is_open(at: datetime) -> bool:
    """Whether somebody is at the counter at this time of the story."""
    if at.weekday() >= len(HOURS):
        return False
    opens, closes = HOURS[at.weekday()]
    return time(*opens) <= at.time() < time(*closes)


def at_the_counter(at: datetime, rng: random.Random) -> datetime:
    """Return `at` when the shop is open then, else some time in the first two hours of its next opening."""
    if is_open(at):
        return at
    day = at.date() if at.weekday() < len(HOURS) and at.time() < time(*HOURS[at.weekday()][0]) else None
    while day is None or day.weekday() >= len(HOURS):
        day = (day or at.date()) + timedelta(days=1)
    opens = datetime.combine(day, time(*HOURS[day.weekday()][0]))
    return opens + timedelta(minutes=rng.randint(2, 120), seconds=rng.randint(0, 59))


def on_day(day: datetime, rng: random.Random) -> datetime:
    """Return a time on that day at which people write."""
    hour = rng.choices(range(24), WRITING)[0]
    return datetime.combine(day, time(hour, rng.randint(0, 59), rng.randint(0, 59)))


def later(at: datetime, rng: random.Random, *, hours: float, spread: float = 0.7) -> datetime:
    """Return about `hours` after `at`: rarely much sooner, sometimes much later, never asleep."""
    at += timedelta(hours=hours * rng.lognormvariate(0, spread))
    return at if 7 <= at.hour < 23 else at + timedelta(hours=8)
