"""Health: for machines at /health, for supervisors in the settings."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from django.utils import timezone

from sportello.channels.models import Cursor, Delivery
from sportello.conversations.models import Message, Sending
from sportello.desk import health
from sportello.desk.health import State
from sportello.events.models import Event
from sportello.jobs.models import Job
from sportello.jobs.testing import drain
from sportello.jobs.tests import tasks


def ago(**delta):
    return timezone.now() - timedelta(**delta)


@pytest.fixture
def dead(db):
    """A job that failed for good."""
    tasks.fail.enqueue()
    for hours in range(3):
        drain(now=timezone.now() + timedelta(hours=hours))
    return Job.objects.get(state=Job.State.FAILED)


@pytest.fixture
def carla_client(make_agent):
    client = Client()
    client.force_login(make_agent("Carla Viola", role="supervisor"))
    return client


def found(name):
    (check,) = [check for check in health.look() if check.name == name]
    return check.state, check.figure


@pytest.mark.django_db
def test_of_a_new_shop_all_is_well(client, inbox):
    answer = client.get("/health")
    assert answer.status_code == 200
    body = answer.json()
    assert body["state"] == "fine"
    assert body["checks"]["database"] == {"state": "fine", "figure": 0}
    assert {check["state"] for check in body["checks"].values()} == {"fine"}


@pytest.mark.django_db
def test_machines_learn_nothing_that_names_anybody(client, inbox, dead):
    Cursor.objects.create(inbox=inbox, failing_since=ago(minutes=9), reason="login refused for info@shop.example")
    said = client.get("/health").content.decode()
    assert "info@shop.example" not in said
    assert "oven" not in said
    assert '"failing_inboxes": {"state": "watch", "figure": 1}' in said


@pytest.mark.django_db
def test_when_nobody_works_it_says_so_with_503(client):
    tasks.note.enqueue("bread")
    Job.objects.update(run_after=ago(minutes=2))
    assert found("oldest_job_seconds")[0] == State.WATCH
    assert client.get("/health").status_code == 200
    Job.objects.update(run_after=ago(minutes=6))
    assert found("oldest_job_seconds")[0] == State.WRONG
    assert client.get("/health").status_code == 503


@pytest.mark.django_db
def test_what_is_scheduled_for_later_is_not_late():
    tasks.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("tea")
    assert found("oldest_job_seconds") == (State.FINE, 0)


def test_without_a_database_it_still_answers(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["state"] == "wrong"


@pytest.mark.django_db
def test_a_full_disk_is_wrong(monkeypatch):
    usage = type("Usage", (), {"free": 150_000_000})
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: usage)
    assert found("free_bytes") == (State.WRONG, 150_000_000)


@pytest.mark.django_db
def test_arrivals_that_nobody_reads_and_those_nobody_could_read(inbox):
    Delivery.objects.create(inbox=inbox, key="a", arrived_at=ago(minutes=20))
    Delivery.objects.create(inbox=inbox, key="b", state=Delivery.State.QUARANTINED)
    assert found("oldest_arrival_seconds")[0] == State.WRONG
    assert found("quarantined") == (State.WATCH, 1)


@pytest.mark.django_db
def test_an_inbox_that_fails_or_was_not_looked_into_is_not_read(inbox):
    cursor = Cursor.objects.create(inbox=inbox, fetched_at=ago(minutes=2))
    assert found("failing_inboxes") == (State.FINE, 0)
    cursor.fetched_at = ago(minutes=16)
    cursor.save()
    assert found("failing_inboxes") == (State.WATCH, 1)
    inbox.is_active = False
    inbox.save()
    assert found("failing_inboxes") == (State.FINE, 0)


def test_a_supervisor_sees_what_is_wrong_and_why(carla_client, conversation, inbox, dead):
    Cursor.objects.create(inbox=inbox, failing_since=ago(minutes=9), reason="The password is wrong.")
    reply = Message.objects.create(conversation=conversation, inbox=inbox, kind="out")
    Sending.objects.create(message=reply, state="failed", reason="mailbox full", settled_at=timezone.now())
    page = carla_client.get("/settings/health/").content.decode()
    assert "The password is wrong." in page
    assert "mailbox full" in page
    assert f"/conversations/{conversation.pk}" in page
    assert "the oven is cold" in page
    assert 'data-check="unsent_replies"' in page


def test_a_failed_job_runs_again_and_it_is_written_down_who_said_so(carla_client, dead):
    carla_client.post(f"/settings/health/jobs/{dead.pk}/revival/")
    dead.refresh_from_db()
    assert dead.state == Job.State.READY
    event = Event.objects.get(name="job.revived")
    assert (event.by.name, event.data["name"]) == ("Carla Viola", "fail")
    assert "fail" in carla_client.get("/settings/audit/?kind=job").content.decode()


def test_a_failed_job_is_put_aside(carla_client, dead):
    carla_client.post(f"/settings/health/jobs/{dead.pk}/removal/")
    assert not Job.objects.exists()
    assert Event.objects.filter(name="job.discarded").count() == 1


def test_agents_and_strangers_see_neither_page_nor_jobs(ben_client, dead):
    assert ben_client.get("/settings/health/").status_code == 404
    assert ben_client.post(f"/settings/health/jobs/{dead.pk}/revival/").status_code == 404
    assert Client().post(f"/settings/health/jobs/{dead.pk}/removal/").status_code in (302, 401)
    dead.refresh_from_db()
    assert dead.state == Job.State.FAILED


def test_a_job_that_is_alive_cannot_be_put_aside(carla_client):
    alive = tasks.note.enqueue("bread")
    assert carla_client.post(f"/settings/health/jobs/{alive.id}/removal/").status_code == 404
    assert Job.objects.count() == 1
