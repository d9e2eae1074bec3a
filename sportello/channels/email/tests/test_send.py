"""A mail is handed over once, and whatever the server does, we know whether it left, or say that we do not."""

from dataclasses import replace
from email import message_from_bytes

import pytest

from sportello.channels.base import DeliveryUnknown, File, NotDelivered, Outbound, PartlyDelivered, Party
from sportello.channels.email import smtp
from sportello.channels.email.channel import Channel

from .odd_servers import SILENCE, OddSmtp
from .servers import PASSWORD

GIULIA, MARCO = Party("giulia@posta.example", "Giulia"), Party("marco@posta.example")
REPLY = Outbound(
    external_id="reply.1@shop.example",
    sender=Party("info@shop.example", "Terra e Tavola"),
    to=(GIULIA,),
    text="È partito.\n.\nA presto",
    subject="Re: Un piatto",
)


class Moment:
    """`handing_over`, remembering whether it was called and what the server had by then."""

    def __init__(self, server=None):
        self.server, self.calls, self.mails_before = server, 0, None

    def __call__(self):
        self.calls += 1
        self.mails_before = len(self.server.mails) if self.server else None


def send(server, message=REPLY, moment=None, **settings):
    return Channel({**server.settings, **settings}).send(message, handing_over=moment or Moment())


def refusal(server, message=REPLY, **settings):
    """The failure, and that nothing was handed over."""
    moment = Moment()
    with pytest.raises(NotDelivered) as failure:
        send(server, message, moment, **settings)
    assert moment.calls == 0 and server.mails == []
    return failure.value


def test_a_mail_arrives_as_it_was_written():
    with OddSmtp() as server:
        moment = Moment(server)
        assert send(server, moment=moment) == "reply.1@shop.example"
    (raw,) = server.mails
    assert message_from_bytes(raw).get_payload(decode=True).decode() == "È partito.\r\n.\r\nA presto\r\n"
    assert (moment.calls, moment.mails_before) == (1, 0)
    assert "MAIL FROM:<info@shop.example>" in server.said and server.said[-1] == "QUIT"


def test_blind_copies_are_told_to_the_server_alone():
    with OddSmtp() as server:
        send(server, replace(REPLY, cc=(Party("cc@x.example"),), bcc=(MARCO,)))
    assert "RCPT TO:<marco@posta.example>" in server.said and "RCPT TO:<cc@x.example>" in server.said
    assert b"marco" not in server.mails[0] and b"Cc: cc@x.example" in server.mails[0]


def test_somebody_named_twice_is_sent_it_once():
    with OddSmtp() as server:
        send(server, replace(REPLY, cc=(GIULIA,)))
    assert sum(line.startswith("RCPT") for line in server.said) == 1


@pytest.mark.parametrize(
    ("stage", "answer", "permanent"),
    [
        ("MAIL", "421 4.3.2 going down", False),
        ("MAIL", "553 5.7.1 sender is not yours", True),
        ("RCPT", "451 4.7.1 greylisted, come back later", False),
        ("RCPT", "550 5.1.1 no such user", True),
        ("DATA", "452 4.3.1 disk full", False),
        ("DATA", "554 5.7.1 no", True),
    ],
)
def test_refused_before_the_mail_is_told_in_the_servers_words(stage, answer, permanent):
    with OddSmtp({stage: answer}) as server:
        failure = refusal(server)
    assert answer in str(failure) and failure.permanent is permanent


@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("fate", [None, SILENCE])
def test_a_line_that_breaks_or_falls_silent_before_the_mail_is_tried_again(stage, fate, monkeypatch):
    monkeypatch.setattr(smtp, "LIMIT", 0.3)
    with OddSmtp({stage: fate, "HELO": fate}) as server:
        assert not refusal(server).permanent


@pytest.mark.parametrize("fate", [None, SILENCE, "hello?"])
def test_no_clear_answer_after_the_mail_is_unknown(fate, monkeypatch):
    monkeypatch.setattr(smtp, "LAST_ANSWER", 0.3)
    moment = Moment()
    with OddSmtp({".": fate}) as server, pytest.raises(DeliveryUnknown):
        send(server, moment=moment)
    assert moment.calls == 1


@pytest.mark.parametrize(("answer", "permanent"), [("451 4.3.0 try later", False), ("550 5.7.1 spam", True)])
def test_a_refusal_after_the_mail_is_no_doubt(answer, permanent):
    with OddSmtp({".": answer}) as server, pytest.raises(NotDelivered, match=answer) as failure:
        send(server)
    assert failure.value.permanent is permanent and not isinstance(failure.value, DeliveryUnknown)


def test_whoever_may_not_hand_over_any_more_does_not():
    def lost_lease():
        raise NotDelivered("Another worker took this message over.")

    with OddSmtp() as server:
        with pytest.raises(NotDelivered, match="Another worker"):
            send(server, moment=lost_lease)
        assert server.mails == [] and "." not in server.said


def test_a_server_that_answers_and_hangs_up_before_quit_has_sent_it():
    with OddSmtp({"QUIT": None}) as server:
        assert send(server) == "reply.1@shop.example"


def test_it_leaves_for_those_who_are_accepted_and_the_others_are_named():
    with OddSmtp({"RCPT TO:<marco": "550 5.1.1 unknown"}) as server, pytest.raises(PartlyDelivered) as partly:
        send(server, replace(REPLY, cc=(MARCO,)))
    assert partly.value.refused == {"marco@posta.example": "550 5.1.1 unknown"}
    assert partly.value.external_id == "reply.1@shop.example" and partly.value.permanent
    assert len(server.mails) == 1


def test_when_the_customer_is_refused_it_does_not_leave_for_the_copies():
    with OddSmtp({"RCPT TO:<giulia": "550 5.1.1 unknown"}) as server:
        failure = refusal(server, replace(REPLY, cc=(MARCO,)))
    assert failure.permanent and "giulia@posta.example: 550 5.1.1 unknown" in str(failure)


def test_one_who_is_refused_for_now_makes_all_wait_so_that_nobody_gets_it_twice():
    with OddSmtp({"RCPT TO:<marco": "450 4.2.1 later"}) as server:
        assert not refusal(server, replace(REPLY, cc=(MARCO,))).permanent


def test_too_large_for_the_server_is_told_before_anything_is_sent():
    big = replace(REPLY, files=(File("film.mp4", "video/mp4", b"x" * 3_000_000),))
    with OddSmtp(features=["SIZE 2000000"]) as server:
        failure = refusal(server, big)
    assert failure.permanent and "4 MB" in str(failure)
    assert not any(line.startswith("MAIL") for line in server.said)


def test_the_size_is_told_to_servers_that_ask():
    with OddSmtp(features=["SIZE 2000000"]) as server:
        send(server)
    assert f"MAIL FROM:<info@shop.example> SIZE={len(server.mails[0])}" in server.said


def test_an_address_beyond_ascii_needs_a_server_that_knows_them():
    message = replace(REPLY, to=(Party("müller@posta.example"),))
    with OddSmtp(features=["SMTPUTF8", "8BITMIME"]) as server:
        send(server, message)
        assert "RCPT TO:<müller@posta.example>" in server.said
        assert "To: müller@posta.example".encode() in server.mails[0]
    with OddSmtp() as server:
        assert refusal(server, message).permanent


def test_a_domain_beyond_ascii_needs_nothing():
    with OddSmtp() as server:
        send(server, replace(REPLY, to=(Party("info@münchen.example"),)))
    assert "RCPT TO:<info@xn--mnchen-3ya.example>" in server.said


@pytest.mark.parametrize("address", ["nobody", "a@b@c.example", "a b@c.example", "a@c.example>\r\nRCPT TO:<x", ""])
def test_what_is_no_address_is_never_told_to_the_server(address):
    with OddSmtp() as server:
        assert refusal(server, replace(REPLY, to=(Party(address),))).permanent
    assert server.said == []


def test_signing_in():
    with OddSmtp(features=["AUTH PLAIN LOGIN"], tls=True) as server:
        send(server, smtp_password=PASSWORD)
        send(server, smtp_password="perché€")
    assert len(server.mails) == 2
    assert sum(line.startswith("AUTH PLAIN") for line in server.said) == 2


def test_a_wrong_password_is_told():
    with OddSmtp({"AUTH": "535 5.7.8 bad credentials"}, features=["AUTH PLAIN"]) as server:
        failure = refusal(server, smtp_password="sbagliata")
    assert failure.permanent and "bad credentials" in str(failure) and "sbagliata" not in str(failure)


def test_without_starttls_nothing_is_said():
    with OddSmtp() as server:
        failure = refusal(server, smtp_security="starttls", smtp_password=PASSWORD)
    assert "STARTTLS" in str(failure) and not any(line.startswith(("AUTH", "MAIL")) for line in server.said)


def test_starttls_refused():
    with OddSmtp({"STARTTLS": "454 not now"}, tls=True) as server:
        assert "STARTTLS" in str(refusal(server))


def test_a_bad_certificate_is_told_in_words():
    with OddSmtp(tls=True) as server:
        failure = refusal(server, certificate="")
    assert failure.permanent and "self-signed certificate" in str(failure)


def test_a_server_that_is_full_or_not_there():
    with OddSmtp(greeting="421 too many connections") as server:
        assert "too many connections" in str(refusal(server))
    failure = refusal(server)
    assert not failure.permanent and str(server.server_address[1]) in str(failure)
