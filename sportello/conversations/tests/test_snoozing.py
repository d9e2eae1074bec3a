"""Good moments to put something off to, in the shop's own time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sportello.conversations.views.snoozing import moments

ROME = ZoneInfo("Europe/Rome")


def test_on_a_saturday_monday_is_a_choice_of_its_own():
    saturday = datetime(2026, 11, 21, 16, 40, 12, tzinfo=ROME)
    assert [at for _label, at in moments(saturday)] == [
        datetime(2026, 11, 21, 19, 40, tzinfo=ROME),
        datetime(2026, 11, 22, 9, tzinfo=ROME),
        datetime(2026, 11, 23, 9, tzinfo=ROME),
        datetime(2026, 11, 28, 9, tzinfo=ROME),
    ]


def test_on_a_sunday_tomorrow_is_monday_already():
    sunday = datetime(2026, 11, 22, 16, 40, tzinfo=ROME)
    assert [at.day for _label, at in moments(sunday)] == [22, 23, 29]


def test_nine_is_nine_when_the_clocks_change():
    # In Italy the clocks go back in the night to the twenty-fifth of October 2026.
    before = datetime(2026, 10, 24, 10, tzinfo=ROME)
    tomorrow = moments(before)[1][1]
    assert (tomorrow.hour, tomorrow.utcoffset().total_seconds()) == (9, 3600)
