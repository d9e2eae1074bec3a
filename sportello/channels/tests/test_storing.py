"""What arrives is stored as it came, once, before anybody reads it."""

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from sportello.channels.models import Cursor, Delivery, Inbox
from sportello.channels.storing import LARGEST_IN_ROW, delivery_body, key_of, prepare, store, write
from sportello.events.models import Event


def test_bytes_are_kept_as_they_came(inbox):
    raw = b"From: giulia@posta.example\r\n\r\n\x00\xff\xfe not a text at all"
    assert store(inbox.pk, [("uid:7", raw)]) == 1
    delivery = Delivery.objects.get()
    assert (delivery.key, delivery.size, delivery.state, delivery.path) == ("uid:7", len(raw), "arrived", "")
    assert delivery_body(delivery) == raw


def test_a_large_body_lies_in_a_file(inbox):
    raw = b"x" * (LARGEST_IN_ROW + 1)
    store(inbox.pk, [("large", raw), ("small", raw[:-1])])
    large, small = Delivery.objects.get(key="large"), Delivery.objects.get(key="small")
    assert bytes(large.body) == b"" and default_storage.size(large.path) == len(raw)
    assert small.path == "" and delivery_body(small) == raw[:-1]
    assert delivery_body(large) == raw


def test_the_same_large_body_is_one_file(inbox):
    raw = b"x" * (LARGEST_IN_ROW + 1)
    store(inbox.pk, [("first", raw), ("second", raw)])
    assert len(set(Delivery.objects.values_list("path", flat=True))) == 1
    folder = Delivery.objects.first().path.rpartition("/")[0]
    assert len(default_storage.listdir(folder)[1]) == 1


def test_a_repeat_is_harmless(inbox):
    store(inbox.pk, [("a", b"first")])
    assert store(inbox.pk, [("a", b"again"), ("b", b"new"), ("b", b"new")]) == 1
    assert [(d.key, delivery_body(d)) for d in Delivery.objects.order_by("id")] == [("a", b"first"), ("b", b"new")]


def test_a_batch_is_one_event_per_inbox(inbox):
    other = Inbox.objects.create(kind="email", name="Resi", address="resi@shop.example")
    write([prepare(inbox.pk, "a", b"1"), prepare(other.pk, "a", b"2"), prepare(inbox.pk, "b", b"3")])
    assert list(Event.objects.values_list("name", "topic", "data")) == [
        ("delivery.arrived", f"inbox:{inbox.pk}", {"count": 2}),
        ("delivery.arrived", f"inbox:{other.pk}", {"count": 1}),
    ]


def test_nothing_new_is_no_event(inbox):
    store(inbox.pk, [("a", b"1")])
    Event.objects.all().delete()
    assert store(inbox.pk, [("a", b"1")]) == 0
    assert not Event.objects.exists()


def test_the_cursor_moves_with_what_was_stored(inbox):
    store(inbox.pk, [("uid:7", b"1")], cursor={"uid": 7})
    store(inbox.pk, [], cursor={"uid": 9})
    assert Cursor.objects.get(inbox=inbox).value == {"uid": 9}
    store(inbox.pk, [("uid:10", b"1")])
    assert Cursor.objects.get(inbox=inbox).value == {"uid": 9}


def test_the_cursor_stays_when_storing_fails(inbox):
    store(inbox.pk, [("uid:7", b"1")], cursor={"uid": 7})
    with pytest.raises(DatabaseError), transaction.atomic():
        store(inbox.pk, [("uid:8", b"1")], cursor={"uid": 8})
        raise DatabaseError("the disk is full")
    assert Cursor.objects.get(inbox=inbox).value == {"uid": 7}
    assert Delivery.objects.count() == 1


def test_headers_are_kept_beside_the_body(inbox):
    write([prepare(inbox.pk, "a", b"{}", {"content-type": "application/json"})])
    assert Delivery.objects.get().headers == {"content-type": "application/json"}


@pytest.mark.parametrize("key", ["", "k" * 201, "with a \x00", "with a \ud800"])
def test_a_key_that_does_not_fit_becomes_a_hash(key):
    made = key_of(key, b"body")
    assert len(made) == 32 and made == key_of(key, b"body") != key_of(key + "x", b"body")


def test_without_a_key_the_body_is_the_key(inbox):
    store(inbox.pk, [("", b"one"), ("", b"two"), ("", b"one")])
    assert Delivery.objects.count() == 2


def test_what_is_not_all_of_it_goes_to_quarantine_at_once(inbox):
    store(inbox.pk, [("a", b"1"), ("b", b"2", "Too large.")])
    assert list(Delivery.objects.order_by("key").values_list("state", "reason")) == [
        ("arrived", ""),
        ("quarantined", "Too large."),
    ]
    assert list(Event.objects.values_list("name", "data")) == [
        ("delivery.arrived", {"count": 1}),
        ("delivery.quarantined", {"count": 1}),
    ]
