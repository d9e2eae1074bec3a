"""Times, money and sizes as people write them, in the language and the zone that are active."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency, format_decimal
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NBSP = "\u00a0"


@cache
def _locale(language: str | None) -> Locale:
    # English here is European: 18 Nov, not Nov 18.
    return Locale.parse({"en": "en_GB"}.get(language or "en", language or "en"), sep="_")


def locale() -> Locale:
    """The Babel locale of the active language."""
    return _locale(get_language())


def clock(at: datetime) -> str:
    """08:41"""
    return f"{timezone.localtime(at):%H:%M}"


@lru_cache(maxsize=4096)
def _written_date(day: date, pattern: str, locale: Locale) -> str:
    return format_date(day, pattern, locale=locale)


def short_date(at: datetime | date, now: datetime) -> str:
    """18 nov; with the year when it is not this one: 18 nov 2024."""
    day, today = _day_of(at), _day_of(now)
    return _written_date(day, "d MMM" if day.year == today.year else "d MMM y", locale()).replace(" ", NBSP)


def _day_of(at: datetime | date) -> date:
    return timezone.localtime(at).date() if isinstance(at, datetime) else at


def day(at: datetime | date, now: datetime) -> str:
    """Today, yesterday, or the day in full: mercoledì 18 novembre."""
    then, today = _day_of(at), _day_of(now)
    if then == today:
        return _("today")
    if then == today - timedelta(days=1):
        return _("yesterday")
    return _written_date(then, "EEEE d MMMM" if then.year == today.year else "EEEE d MMMM y", locale())


def moment(at: datetime, now: datetime) -> str:
    """As short as it can be understood: 08:41 today, gio 19, 09:12 this week, 18 nov before."""
    today = timezone.localtime(now).date()
    then = timezone.localtime(at)
    if then.date() == today:
        return clock(at)
    if abs(today - then.date()) < timedelta(days=7):
        return f"{_written_date(then.date(), 'EEE d', locale())}, {clock(at)}".replace(" ", NBSP)
    return short_date(at, now)


def full(at: datetime) -> str:
    """Without any doubt: mercoledì 18 novembre 2026, 08:41."""
    return f"{_written_date(_day_of(at), 'EEEE d MMMM y', locale())}, {clock(at)}"


def ago(at: datetime, now: datetime) -> str:
    """4 min fa"""
    return format_timedelta(at - now, add_direction=True, format="short", threshold=1.2, locale=locale())


def lapse(time: timedelta) -> str:
    """How long, in one breath: 50 s, 12 min, 1 h 38, 6 h, 3 d."""
    seconds = max(0, int(time.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 60:
        return f"{seconds}{NBSP}s"
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    if hours < 24:
        return f"{hours}{NBSP}h{NBSP}{minutes % 60:02}" if hours < 10 and minutes % 60 else f"{hours}{NBSP}h"
    return _("%(days)s d") % {"days": days}


def money(amount: Decimal | float | int, currency: str) -> str:
    """184,50 € or €184.50, with as many decimals as the currency has."""
    return format_currency(amount, currency, locale=locale())


def size(count: int) -> str:
    """1,8 MB; units of a thousand, one decimal below ten."""
    value, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    digits = 1 if value < 10 and unit not in ("B", "kB") else 0
    return f"{number(round(value, digits))}{NBSP}{unit}"


def number(value: Decimal | float | int) -> str:
    """1.284 or 1,284"""
    return format_decimal(value, locale=locale())
