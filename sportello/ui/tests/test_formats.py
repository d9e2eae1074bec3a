"""Times, money and sizes, in the two languages of the desk."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from sportello.ui import formats

# A Saturday, ten past eleven in Rome.
NOW = datetime(2026, 11, 21, 10, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (50, "50 s"),
        (12 * 60, "12 min"),
        (98 * 60, "1 h 38"),
        (6 * 3600 + 600, "6 h 10"),
        (5 * 3600, "5 h"),
        (13 * 3600 + 900, "13 h"),
        (3 * 86400, "3 g"),
    ],
)
def test_a_lapse_is_one_breath(seconds, said):
    with translation.override("it"):
        assert formats.lapse(timedelta(seconds=seconds)).replace(formats.NBSP, " ") == said


@pytest.mark.parametrize(
    ("language", "at", "said"),
    [
        ("it", NOW - timedelta(hours=2), "09:10"),
        ("it", NOW - timedelta(days=2), "gio 19, 11:10"),
        ("en", NOW - timedelta(days=2), "Thu 19, 11:10"),
        ("it", NOW - timedelta(days=11), "10 nov"),
        ("en", NOW - timedelta(days=11), "10 Nov"),
        ("it", NOW - timedelta(days=400), "17 ott 2025"),
    ],
)
def test_a_moment_is_as_short_as_it_can_be(language, at, said):
    with translation.override(language):
        assert formats.moment(at, NOW).replace(formats.NBSP, " ") == said


def test_days_have_names():
    with translation.override("it"):
        assert formats.day(NOW, NOW) == "oggi"
        assert formats.day(NOW - timedelta(days=1), NOW) == "ieri"
        assert formats.day(NOW - timedelta(days=3), NOW) == "mercoledì 18 novembre"
        # Half past eleven at night in Greenwich is already the next day in Rome.
        assert formats.day(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), NOW) == "oggi"


def test_money_and_sizes():
    with translation.override("it"):
        assert formats.money(Decimal("1284.5"), "EUR") == "1.284,50\u00a0€"
        assert formats.money(Decimal("58.5"), "JPY") == "58\u00a0JPY"
        assert formats.size(1_830_000) == "1,8\u00a0MB"
        assert formats.ago(NOW - timedelta(minutes=4), NOW) == "4 min fa"
    with translation.override("en"):
        assert formats.money(Decimal("1284.5"), "EUR") == "€1,284.50"
        assert formats.size(730) == "730\u00a0B"
