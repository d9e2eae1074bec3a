"""Mail handed over by a server on this machine is stored before it is thanked for, and only if it is for us."""

import smtplib
import socket
import threading
from concurrent.futures import Future

import pytest
from django.db import OperationalError

from sportello.channels import receiving
from sportello.channels.email import receiver
from sportello.channels.models import Delivery, Inbox
from sportello.channels.receiving import canonical
from sportello.channels.storing import delivery_body

pytestmark = pytest.mark.django_db(transaction=True)

MAIL = b"From: giulia@posta.example\r\nTo: info@shop.example\r\nSubject: Ciao\r\n\r\nBuongiorno\r\n.\r\nfine\r\n"


@pytest.fixture
def ports(inbox, settings):
    """The SMTP and the LMTP port of a running receiver."""
    settings.SMTP_PORT = settings.LMTP_PORT = 0
    stop, ready = threading.Event(), Future()
    service = threading.Thread(target=receiving.run, args=(stop,), kwargs={"ready": ready.set_result})
    service.start()
    yield ready.result(10)
    stop.set()
    service.join(10)
    assert not service.is_alive()


@pytest.fixture
def smtp(ports):
    with smtplib.SMTP("127.0.0.1", ports[0], timeout=10) as line:
        yield line


@pytest.fixture
def lmtp(ports):
    with smtplib.LMTP("127.0.0.1", ports[1], timeout=10) as line:
        yield line


def send(line, *recipients, sender="giulia@posta.example", body=MAIL):
    """One mail through an open line; the answers to each recipient and to the mail."""
    line.ehlo_or_helo_if_needed()
    line.mail(sender)
    told = [line.rcpt(recipient)[0] for recipient in recipients]
    return told, line.data(body) if 250 in told else None


def test_a_mail_is_stored_before_it_is_thanked_for(smtp, inbox):
    told, answer = send(smtp, "info@shop.example")
    delivery = Delivery.objects.get()
    assert (told, answer[0], delivery.inbox_id, delivery.state) == ([250], 250, inbox.pk, "arrived")
    trace = b"Return-Path: <giulia@posta.example>\r\nDelivered-To: info@shop.example\r\n"
    assert delivery_body(delivery) == trace + MAIL


@pytest.mark.parametrize("address", ["INFO@Shop.Example", "info+abc.123@shop.example"])
def test_other_ways_to_write_our_address(smtp, address):
    assert send(smtp, address)[1][0] == 250
    assert f"Delivered-To: {address}".encode() in delivery_body(Delivery.objects.get())


@pytest.mark.parametrize("address", ["altri@shop.example", "info@altrove.example", "in+fo@shop.example", "postmaster"])
def test_what_is_not_ours_is_not_taken_and_never_passed_on(smtp, address):
    assert send(smtp, address) == ([550], None)
    assert not Delivery.objects.exists()


def test_an_inbox_that_is_switched_off_takes_nothing(smtp, inbox):
    Inbox.objects.update(is_active=False)
    assert send(smtp, "info@shop.example")[0] == [550]


def test_a_bounce_has_no_sender(smtp):
    assert send(smtp, "info@shop.example", sender="")[1][0] == 250
    assert delivery_body(Delivery.objects.get()).startswith(b"Return-Path: <>\r\n")


def test_the_same_mail_sent_again_is_stored_once(smtp):
    for _ in range(2):
        assert send(smtp, "info@shop.example")[1][0] == 250
    assert Delivery.objects.count() == 1


def test_several_recipients_are_several_deliveries_but_one_inbox_is_one(smtp, inbox):
    Inbox.objects.create(kind="email", name="Resi", address="resi@münchen.example")
    told, answer = send(smtp, "info@shop.example", "info+x@shop.example", "resi@xn--mnchen-3ya.example", "no@x.example")
    assert (told, answer[0]) == ([250, 250, 250, 550], 250)
    assert Delivery.objects.count() == 2


def test_lmtp_answers_for_each_recipient(lmtp, inbox, monkeypatch):
    other = Inbox.objects.create(kind="email", name="Resi", address="resi@shop.example")

    def full(inbox_id, bodies):
        if inbox_id == other.pk:
            raise OSError(28, "No space left on device")
        return store(inbox_id, bodies)

    store = receiving.store
    monkeypatch.setattr(receiving, "store", full)
    _, answer = send(lmtp, "info@shop.example", "resi@shop.example", "info+x@shop.example")
    rest = [lmtp.getreply()[0] for _ in range(2)]
    assert [answer[0], *rest] == [250, 452, 250]
    assert Delivery.objects.get().inbox_id == inbox.pk


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), OperationalError("database is locked")])
def test_when_it_cannot_be_stored_now_the_sender_keeps_it(smtp, monkeypatch, failure):
    def fail(*args):
        raise failure

    monkeypatch.setattr(receiving, "store", fail)
    assert send(smtp, "info@shop.example")[1][0] == 452
    monkeypatch.undo()
    assert send(smtp, "info@shop.example")[1][0] == 250


def test_a_mistake_of_ours_is_not_the_senders_loss(smtp, monkeypatch):
    monkeypatch.setattr(receiving, "store", lambda *args: 1 / 0)
    assert send(smtp, "info@shop.example")[1][0] == 451


def test_the_largest_size_is_announced_and_kept(settings, inbox, request):
    settings.LARGEST_DELIVERY = 10_000
    ports = request.getfixturevalue("ports")
    with smtplib.SMTP("127.0.0.1", ports[0], timeout=10) as line:
        line.ehlo()
        assert line.esmtp_features["size"] == "10000"
        assert line.mail("x@y.example", ["SIZE=10001"])[0] == 552
        assert send(line, "info@shop.example", body=MAIL + b"x" * 20_000)[1][0] == 552
    with smtplib.LMTP("127.0.0.1", ports[1], timeout=10) as line:
        answer = send(line, "info@shop.example", "info+x@shop.example", body=MAIL + b"x" * 20_000)[1]
        assert [answer[0], line.getreply()[0]] == [552, 552]
        assert line.noop()[0] == 250
    assert not Delivery.objects.exists()


def test_a_very_long_line_is_taken(smtp):
    assert send(smtp, "info@shop.example", body=MAIL + b"x" * 200_000)[1][0] == 250


def test_a_line_that_breaks_in_the_middle_stores_nothing(ports):
    with socket.create_connection(("127.0.0.1", ports[0])) as line:
        line.sendall(
            b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<info@shop.example>\r\nDATA\r\nSubject: x\r\n\r\nhalf"
        )
        while b"354" not in line.recv(4096):
            pass
    with smtplib.SMTP("127.0.0.1", ports[0], timeout=10) as other:
        other.noop()
    assert not Delivery.objects.exists()


def test_one_connection_too_many_is_asked_to_come_back(ports, monkeypatch):
    monkeypatch.setattr(receiver, "MOST_LINES", 1)
    with smtplib.SMTP("127.0.0.1", ports[0], timeout=10) as first:
        first.noop()
        with pytest.raises(smtplib.SMTPConnectError, match="421"):
            smtplib.SMTP("127.0.0.1", ports[0], timeout=10)
        assert send(first, "info@shop.example")[1][0] == 250


def test_without_a_port_nothing_listens(settings):
    settings.SMTP_PORT = settings.LMTP_PORT = None
    stop = threading.Event()
    stop.set()
    receiving.run(stop, ready=lambda ports: pytest.fail("it listens"))


def test_one_way_to_write_an_address():
    assert canonical(" Info@MÜNCHEN.example ") == "info@xn--mnchen-3ya.example"
    assert canonical("no at") == "no at"
