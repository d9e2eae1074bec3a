from datetime import UTC, datetime

import pytest

from sportello.jobs.models import Job
from sportello.jobs.recurring import Clock, last_due, next_due, table

from . import tasks
from .test_worker import in_threads

EVERY_FIVE = {"bread": ("*/5 * * * *", tasks.answer)}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.django_db
def test_each_tick_is_enqueued_once_across_processes():
    one, two = Clock(EVERY_FIVE), Clock(EVERY_FIVE)
    assert one.wind(at("2026-03-02 10:01")) == 0  # the first look starts the count
    assert [one.wind(at("2026-03-02 10:05")), two.wind(at("2026-03-02 10:05:00.2"))] == [1, 0]
    assert one.wind(at("2026-03-02 10:09:59")) == 0
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_missed_ticks_do_not_pile_up():
    Clock(EVERY_FIVE).wind(at("2026-03-02 10:01"))
    assert Clock(EVERY_FIVE).wind(at("2026-03-02 18:02")) == 1
    assert Clock(EVERY_FIVE).wind(at("2026-03-02 18:03")) == 0
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_what_still_waits_is_not_enqueued_again():
    clock = Clock(EVERY_FIVE)
    for minute in ("01", "05", "10", "15"):
        clock.wind(at(f"2026-03-02 10:{minute}"))
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_the_same_moment_one_enqueues():
    Clock(EVERY_FIVE).wind(at("2026-03-02 10:01"))
    done = in_threads(*[lambda: Clock(EVERY_FIVE).wind(at("2026-03-02 10:05"))] * 4)
    assert sorted(done) == [0, 0, 0, 1]
    assert Job.objects.count() == 1


def test_the_clock_on_the_wall_counts(settings):
    settings.TIME_ZONE = "Europe/Rome"
    assert next_due("0 9 * * *", at("2026-03-28 12:00")) == at("2026-03-29 07:00")  # summer time began in the night
    assert next_due("0 9 * * *", at("2026-10-24 12:00")) == at("2026-10-25 08:00")  # and ended
    assert last_due("0 9 * * *", at("2026-03-29 07:00")) == at("2026-03-29 07:00")
    assert last_due("30 2 * * *", at("2026-03-29 12:00")) == at("2026-03-29 01:00")  # 02:30 did not exist: right after


def test_the_table_of_this_house_can_be_read():
    for line, task in table().values():
        assert next_due(line, at("2026-03-02 10:00")) > at("2026-03-02 10:00")
        assert task.module_path.startswith("sportello.")
