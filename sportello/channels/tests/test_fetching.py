"""Inboxes are looked into by one watcher each; what was found and how far it was read are one transaction."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from sportello.channels import fetching
from sportello.channels.base import Batch, Fetched, NotFetched
from sportello.channels.email import imap as imap_module
from sportello.channels.email.tests.servers import ImapServer, mail
from sportello.channels.fetching import fetch_inbox, pause, watch
from sportello.channels.models import Cursor, Delivery, Inbox
from sportello.channels.storing import delivery_body
from sportello.lib.testing import eventually

threaded = pytest.mark.django_db(transaction=True)


@pytest.fixture
def imap():
    with ImapServer() as server:
        yield server


@pytest.fixture
def mailbox(inbox, imap):
    """Info@ reads this account, from the first mail on."""
    inbox.settings = {**imap.settings, "since": ""}
    inbox.save()
    return inbox


def stored():
    return [delivery_body(delivery) for delivery in Delivery.objects.order_by("id")]


@contextmanager
def watching(monkeypatch):
    """The service, in a thread, with no patience."""
    monkeypatch.setattr(fetching, "LOOK", 0.05)
    monkeypatch.setattr(fetching, "PAUSE", (0.05, 0.1))
    # pymap does not tell of mail that comes just before IDLE.
    monkeypatch.setattr(imap_module, "LISTEN_AFTER_NEWS", 0.3)
    stop = threading.Event()
    service = threading.Thread(target=watch, args=(stop,))
    service.start()
    try:
        yield
    finally:
        stop.set()
        service.join(20)
        assert not service.is_alive()


def test_what_is_new_is_stored_with_how_far_it_was_read(mailbox, imap):
    imap.put(mail(1))
    imap.put(mail(2))
    assert fetch_inbox(mailbox.pk) == 2
    assert fetch_inbox(mailbox.pk) == 0
    assert stored() == [mail(1), mail(2)]
    cursor = Cursor.objects.get()
    assert cursor.value["uid"] > 0 and cursor.fetched_at and cursor.failing_since is None


def test_killed_before_storing_nothing_is_lost_and_after_it_nothing_doubled(mailbox, imap, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*args, **kwargs):
        raise Killed

    imap.put(mail(1))
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(fetching, "store", die)
        fetch_inbox(mailbox.pk)
    assert stored() == []
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(fetching, "keep_renewed", die)
        fetch_inbox(mailbox.pk)
    assert stored() == [mail(1)]
    assert fetch_inbox(mailbox.pk) == 0


def test_a_folder_numbered_anew_doubles_nothing(mailbox, imap):
    imap.put(mail(1))
    fetch_inbox(mailbox.pk)
    imap.renumber()
    imap.put(mail(2))
    assert fetch_inbox(mailbox.pk) == 1
    assert stored() == [mail(1), mail(2)]


def test_since_when_and_why_it_fails_is_written_down_until_it_works_again(mailbox, imap):
    def say(password):
        mailbox.settings["imap_password"] = password
        mailbox.save()

    right = mailbox.settings["imap_password"]
    say("sbagliata")
    for _ in range(2):
        with pytest.raises(NotFetched):
            fetch_inbox(mailbox.pk)
    first = Cursor.objects.get()
    assert "AUTHENTICATIONFAILED" in first.reason and first.failing_since and first.fetched_at is None
    say(right)
    fetch_inbox(mailbox.pk)
    cursor = Cursor.objects.get()
    assert (cursor.reason, cursor.failing_since) == ("", None)


def test_what_is_only_a_part_goes_to_quarantine(mailbox, monkeypatch):
    def found(channel, cursor):
        yield Batch((Fetched("k", b"part", "Too large."), Fetched("l", b"whole")), {"uid": 2})

    monkeypatch.setattr("sportello.channels.email.channel.Channel.fetch", found)
    assert fetch_inbox(mailbox.pk) == 2
    assert list(Delivery.objects.order_by("key").values_list("state", "reason")) == [
        ("quarantined", "Too large."),
        ("arrived", ""),
    ]


def test_a_renewed_grant_is_kept_unless_a_person_changed_it_meanwhile(mailbox):
    channel = fetching.channel_of(mailbox)
    channel.renewed = {"oauth_refresh": "new"}
    fetching.keep_renewed(mailbox.pk, channel)
    mailbox.refresh_from_db()
    assert mailbox.settings["oauth_refresh"] == "new"
    stale = fetching.channel_of(mailbox)
    mailbox.settings["oauth_refresh"] = "typed by Anna"
    mailbox.save()
    stale.renewed = {"oauth_refresh": "newer"}
    fetching.keep_renewed(mailbox.pk, stale)
    mailbox.refresh_from_db()
    assert mailbox.settings["oauth_refresh"] == "typed by Anna"


def test_servers_are_left_alone_longer_each_time():
    def waits(permanent):
        return [round(pause(n, permanent=permanent, jitter=lambda: 0.5)) for n in range(12)]

    assert waits(False) == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]
    assert waits(True) == [60, 120, 240, 480, 960, 1800, 1800, 1800, 1800, 1800, 1800, 1800]
    assert 1.5 <= pause(0, permanent=False) <= 2.5


@threaded
def test_mail_is_there_as_soon_as_it_arrives(mailbox, imap, monkeypatch):
    with watching(monkeypatch):
        eventually(lambda: Cursor.objects.filter(fetched_at__isnull=False))
        for number in range(3):
            imap.put(mail(number))
            eventually(lambda number=number: mail(number) in stored(), within=55)  # polling alone takes 60
    assert stored() == [mail(0), mail(1), mail(2)]
    eventually(lambda: imap.lines == 0)


@threaded
def test_a_new_inbox_is_watched_without_a_restart_and_a_stopped_one_is_left(imap, monkeypatch, workspace):
    with watching(monkeypatch):
        inbox = Inbox.objects.create(kind="email", name="Nuova", settings={**imap.settings, "since": ""})
        eventually(lambda: imap.lines == 1)
        Inbox.objects.filter(pk=inbox.pk).update(is_active=False)
        eventually(lambda: imap.lines == 0)
    assert Cursor.objects.get().leased_until is None


@threaded
def test_a_corrected_password_is_tried_at_once(mailbox, imap, monkeypatch):
    right = mailbox.settings
    mailbox.settings = {**right, "imap_password": "sbagliata"}
    mailbox.save()
    imap.put(mail(1))
    with watching(monkeypatch):
        eventually(lambda: Cursor.objects.exclude(reason=""))
        mailbox.settings = right
        mailbox.save()
        eventually(lambda: stored() == [mail(1)])


@threaded
def test_a_broken_line_is_taken_up_again(mailbox, imap, monkeypatch):
    with watching(monkeypatch):
        eventually(lambda: imap.lines == 1)
        imap.hang_up()
        imap.put(mail(1))
        eventually(lambda: stored() == [mail(1)])
        eventually(lambda: not Cursor.objects.exclude(reason=""))


@threaded
def test_an_inbox_watched_by_another_process_is_left_to_it_until_its_lease_ends(mailbox, imap, monkeypatch):
    lease = timezone.now() + timedelta(seconds=2)
    Cursor.objects.create(inbox=mailbox, watcher="another", leased_until=lease)
    with watching(monkeypatch):
        eventually(lambda: imap.lines == 1)
        assert timezone.now() > lease
    assert Cursor.objects.get().watcher == ""


@threaded
def test_a_mistake_of_ours_does_not_end_the_watching(mailbox, imap, monkeypatch):
    mistakes, right = [ZeroDivisionError(), KeyError("x")], fetching.fetch

    def stumble(inbox_id, channel):
        if mistakes:
            raise mistakes.pop()
        return right(inbox_id, channel)

    imap.put(mail(1))
    monkeypatch.setattr(fetching, "fetch", stumble)
    with watching(monkeypatch):
        eventually(lambda: stored() == [mail(1)])
    assert not mistakes
