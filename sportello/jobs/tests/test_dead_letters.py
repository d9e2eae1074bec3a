from datetime import timedelta

import pytest
from django.utils import timezone

from sportello.jobs import actions, enqueue_once
from sportello.jobs.jobs import KEEP, prune
from sportello.jobs.models import Job
from sportello.jobs.testing import drain

from . import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead():
    enqueue_once(tasks.fail, key="bake")
    for hours in range(3):
        drain(now=timezone.now() + timedelta(hours=hours))
    return Job.objects.get(state=Job.State.FAILED)


def test_revived_it_has_all_its_attempts_again(dead):
    assert actions.revive([dead.pk]) == 1
    assert actions.revive([dead.pk]) == 0
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (Job.State.READY, 0)
    assert drain() == 1


def test_revived_while_one_of_its_key_waits_it_is_not_doubled(dead):
    enqueue_once(tasks.fail, key="bake")
    assert actions.revive([dead.pk]) == 0
    assert Job.objects.count() == 1


def test_discarded_it_is_gone_and_what_is_alive_cannot_be_discarded(dead):
    tasks.note.enqueue("alive")
    assert actions.discard(Job.objects.values_list("pk", flat=True)) == 1
    assert [job.name for job in Job.objects.all()] == ["note"]


def test_what_is_done_is_pruned_after_hours_and_what_failed_stays(dead):
    tasks.note.enqueue("bread")
    drain()
    prune.call()
    assert Job.objects.count() == 2
    Job.objects.update(finished_at=timezone.now() - KEEP - timedelta(minutes=1))
    prune.call()
    assert [job.state for job in Job.objects.all()] == [Job.State.FAILED]
