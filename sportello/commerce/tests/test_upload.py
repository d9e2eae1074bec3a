"""A file of orders, given on the page: looked at first, imported when they say so."""

import csv
import json
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sportello.commerce import actions, jobs
from sportello.commerce.importing import running
from sportello.commerce.models import Order, OrderFile, Store
from sportello.events.models import Event
from sportello.jobs.testing import drain

pytestmark = pytest.mark.django_db
GOOD = (
    b"number,placed_at,state,total,email\nTT-1,2026-11-10,paid,10.00,giulia@posta.example\nTT-2,2026-11-10,paid,5.00,\n"
)
MIXED = GOOD + b"=TT-3,2026-11-10,strano,10.00,\n"


def give(client, store, content=GOOD, name="ordini.csv"):
    return client.post("/settings/orders/files/", {"store": store.pk, "file": SimpleUploadedFile(name, content)})


@pytest.fixture
def given(anna_client, store):
    give(anna_client, store)
    drain(raise_errors=True)
    return OrderFile.objects.get()


def test_a_file_is_looked_at_first(anna_client, store):
    answer = give(anna_client, store)
    file = OrderFile.objects.get()
    assert answer["Location"] == f"/settings/orders/files/{file.pk}/"
    page = anna_client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' in page
    drain(raise_errors=True)
    page = anna_client.get(answer["Location"]).content.decode()
    assert "Importa 2 ordini" in page
    assert "TT-2" in page
    assert "every 1s" not in page
    assert not Order.objects.exists()


def test_then_imported_and_forgotten(anna_client, anna, given, django_capture_on_commit_callbacks):
    path = given.path
    assert default_storage.exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        anna_client.post(f"{given.get_absolute_url()}import/")
        drain(raise_errors=True)
    given.refresh_from_db()
    assert (given.state, given.counts, given.path) == ("imported", {"new": 2}, "")
    assert not default_storage.exists(path)
    assert Order.objects.count() == 2
    told = Event.objects.get(name="store.imported")
    assert (told.by, told.data) == (anna, {"file": "ordini.csv", "counts": {"new": 2}})
    assert "2 nuovi" in anna_client.get(given.get_absolute_url()).content.decode()


def test_imported_twice_by_two_who_click_at_once(anna_client, given):
    anna_client.post(f"{given.get_absolute_url()}import/")
    anna_client.post(f"{given.get_absolute_url()}import/")
    assert drain(raise_errors=True) == 1
    assert Event.objects.filter(name="store.imported").count() == 1


def test_bad_rows_are_named_and_can_be_taken_away(anna_client, store):
    give(anna_client, store, MIXED)
    drain(raise_errors=True)
    file = OrderFile.objects.get()
    page = anna_client.get(file.get_absolute_url()).content.decode()
    assert "«strano» non è uno stato di un ordine." in page
    answer = anna_client.get(f"{file.get_absolute_url()}problems.csv")
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert rows[0] == ["Riga", "Ordine", "Colonna", "Che cosa non va"]
    assert rows[1][:3] == ["4", "'=TT-3", "state"]
    assert rows[1][3].startswith("«strano» non è uno stato di un ordine.")


def test_in_the_readers_language(anna_client, anna, store):
    give(anna_client, store, MIXED)
    drain(raise_errors=True)
    type(anna).objects.filter(pk=anna.pk).update(language="en")
    page = anna_client.get(OrderFile.objects.get().get_absolute_url()).content.decode()
    assert "“strano” is not a state of an order." in page


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"number\n", b"number,placed_at,state,total\nTT-1,?,?,?\n"])
def test_a_hopeless_file_offers_nothing(anna_client, store, content):
    give(anna_client, store, content)
    drain(raise_errors=True)
    file = OrderFile.objects.get()
    assert (file.state, file.path) == ("unreadable", "")
    assert "import/" not in anna_client.get(file.get_absolute_url()).content.decode()
    anna_client.post(f"{file.get_absolute_url()}import/")
    assert drain(raise_errors=True) == 0


def test_a_file_that_is_too_large_is_refused(anna_client, store, settings):
    settings.ORDER_FILE_LIMIT = 20
    answer = give(anna_client, store)
    assert answer.status_code == 422
    assert "Il file è più grande" in answer.content.decode()
    assert not OrderFile.objects.exists()


def test_the_name_of_a_file_is_only_a_name(anna_client, store):
    give(anna_client, store, name="../../<script>.csv")
    file = OrderFile.objects.get()
    assert file.path.startswith("order-files/")
    assert ".." not in file.path
    assert "<script>" not in anna_client.get(file.get_absolute_url()).content.decode()


def test_not_now(anna_client, given, django_capture_on_commit_callbacks):
    path = given.path
    with django_capture_on_commit_callbacks(execute=True):
        anna_client.post(f"{given.get_absolute_url()}removal/")
    given.refresh_from_db()
    assert (given.state, given.path) == ("stopped", "")
    assert not default_storage.exists(path)
    anna_client.post(f"{given.get_absolute_url()}import/")
    assert drain(raise_errors=True) == 0
    assert not Order.objects.exists()


def test_stopped_while_it_comes_in(anna, given, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 1)
    actions.start_import(given, by=anna)
    note = jobs._note

    def stop_after_the_first(pk, state, report):
        note(pk, state, report)
        actions.stop_file(given, by=anna)

    monkeypatch.setattr(jobs, "_note", stop_after_the_first)
    monkeypatch.setattr(jobs, "forget_content", lambda file: None)
    jobs.import_file.call(given.pk)
    given.refresh_from_db()
    assert given.state == "stopped"
    assert not Event.objects.filter(name="store.imported").exists()


def test_broken_off_and_begun_again(anna_client, given, monkeypatch):
    def break_off(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(jobs, "import_orders", break_off)
    anna_client.post(f"{given.get_absolute_url()}import/")
    drain(raise_errors=True)
    assert "si è interrotta" in anna_client.get(given.get_absolute_url()).content.decode()
    monkeypatch.undo()
    anna_client.post(f"{given.get_absolute_url()}import/")
    drain(raise_errors=True)
    given.refresh_from_db()
    assert (given.state, Order.objects.count()) == ("imported", 2)


def test_a_worker_that_died_left_nothing_half(given, anna):
    """Its job runs a second time: what the first had done is unchanged."""
    actions.start_import(given, by=anna)
    with default_storage.open(given.path) as file:
        running.import_orders(given.store, file)
    jobs.import_file.call(given.pk)
    given.refresh_from_db()
    assert (given.state, given.counts) == ("imported", {"unchanged": 2})


def test_what_nobody_imports_is_forgotten_after_a_week(given, django_capture_on_commit_callbacks):
    assert jobs.forget_abandoned_files.call() == 0
    OrderFile.objects.update(created_at=timezone.now() - timedelta(days=8))
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.forget_abandoned_files.call() == 1
    assert not default_storage.exists(given.path)
    assert OrderFile.objects.get().path == ""


def test_stores_are_made_and_changed(anna_client, anna):
    told = {"name": "Terra e Tavola", "currency": "eur", "number_pattern": ""}
    anna_client.post("/settings/orders/stores/", told)
    store = Store.objects.get()
    assert (store.slug, store.currency) == ("terra-e-tavola", "EUR")
    anna_client.post(f"/settings/orders/stores/{store.pk}/", {**told, "number_pattern": "TT-#####"})
    store.refresh_from_db()
    assert store.number_pattern == "TT-#####"
    changed = Event.objects.filter(name="store.changed").get()
    assert (changed.by, changed.data) == (anna, {"changes": {"number_pattern": ["", "TT-#####"]}})
    assert "Terra e Tavola" in anna_client.get("/settings/orders/").content.decode()


@pytest.mark.parametrize(("field", "value"), [("currency", "LIRE"), ("number_pattern", "(a+)+$"), ("name", "")])
def test_a_store_that_cannot_be(anna_client, field, value):
    told = {"name": "Terra", "currency": "EUR", "number_pattern": "", field: value}
    anna_client.post("/settings/orders/stores/", told)
    assert not Store.objects.exists()


def test_only_administrators(ben_client, client, make_agent, given):
    client.force_login(make_agent("Sara Capo", role="supervisor"))
    address = given.get_absolute_url()
    for who in (ben_client, client):
        for path in (
            "/settings/orders/",
            f"/settings/orders/stores/{given.store_id}/",
            address,
            f"{address}problems.csv",
        ):
            assert who.get(path).status_code == 404
        for path in ("/settings/orders/stores/", "/settings/orders/files/", f"{address}import/", f"{address}removal/"):
            assert who.post(path, {"name": "Rubato", "currency": "EUR"}).status_code == 404
    drain()
    given.refresh_from_db()
    assert given.state == "readable"
    assert not Order.objects.exists()
    assert Store.objects.count() == 1


def test_counts_are_kept_while_it_works(given, anna, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 1)
    actions.start_import(given, by=anna)
    seen = []
    note = jobs._note
    monkeypatch.setattr(
        jobs, "_note", lambda *args: (note(*args), seen.append(json.dumps(OrderFile.objects.get().counts)))
    )
    jobs.import_file.call(given.pk)
    assert seen[:2] == ['{"new": 1}', '{"new": 2}']
