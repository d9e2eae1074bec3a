"""Is it for good, and is the address dead? What servers answer, and what it means."""

import pytest

from sportello.channels.email.parse import parse

STANDARD = {
    ("5.1.1", "550 5.1.1 user unknown"): (True, True),
    ("5.1.1 (bad destination mailbox address)", "no"): (True, True),
    ("5.1.2", "bad host"): (True, True),
    ("5.1.6", "551 moved"): (True, True),
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"): (True, True),
    ("5.0.0", "550 5.1.1 user unknown"): (True, True),
    ("5.0.0", "550 Unknown user"): (True, True),
    ("5.1.0", "550 5.1.0 Address rejected."): (True, True),
    ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"): (True, True),
    ("5.4.4", "unable to route: no mail hosts for domain"): (True, True),
    ("5.4.310", "550 5.4.310 DNS domain d.example does not exist"): (True, True),
    ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable"): (True, True),
    ("5.2.2", "552 5.2.2 mailbox full"): (True, False),
    ("5.0.0", "552 Quota exceeded for user unknown to us"): (True, False),
    ("5.2.1", "550 5.2.1 The email account that you tried to reach is disabled."): (True, False),
    ("5.2.3", "552 5.2.3 message too large"): (True, False),
    ("5.4.4", "timed out"): (True, False),
    ("5.4.14", "hop count exceeded"): (True, False),
    ("5.1.8", "550 5.1.8 sender address rejected: Domain not found"): (True, False),
    ("5.1.0", "550 sender rejected: domain of sender address does not exist"): (True, False),
    ("5.7.1", "550 5.7.1 user unknown"): (True, False),
    ("5.7.26", "550 5.7.26 Unauthenticated email is not accepted due to DMARC policy"): (True, False),
    ("4.4.7", "Delivery time expired"): (False, False),
    ("4.2.2", "452 4.2.2 mailbox full"): (False, False),
    ("4.1.1", "450 4.1.1 user unknown"): (False, False),
}


def report(status, words, action="failed"):
    return (
        "Return-Path: <>\nFrom: postmaster@x.example\nSubject: Undeliverable\nMessage-ID: <d@x>\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns;x\n\nFinal-Recipient: rfc822;Caio@D.example\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp;{words}\n--b--\n"
    ).encode()


@pytest.mark.parametrize(("status", "words"), STANDARD)
def test_for_good_and_dead(status, words):
    bounce = parse(report(status, words)).bounce
    assert bounce.recipient == "caio@d.example"
    assert bounce.status == status.split()[0]
    assert bounce.reason == words
    assert (bounce.permanent, bounce.dead) == STANDARD[status, words]


def test_a_delay_is_never_for_good_whatever_its_code():
    bounce = parse(report("5.1.1", "550 user unknown", action="delayed")).bounce
    assert (bounce.permanent, bounce.dead) == (False, False)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_what_arrived_is_no_bounce(action):
    read = parse(report("2.0.0", "250 ok", action=action))
    assert read.bounce is None
    assert read.auto_reply


def test_of_several_recipients_the_one_that_failed_is_told():
    mail = (
        report("2.0.0", "250 ok", action="relayed")
        .decode()
        .replace("--b--", "\nFinal-Recipient: rfc822; sempronio@d.example\nAction: failed\nStatus: 5.1.1\n--b--")
    )
    assert parse(mail.encode()).bounce.recipient == "sempronio@d.example"


HOME_MADE = {
    "Delivery to the following recipient failed permanently:\n\n     tizio@d.example\n\n550-5.1.1 No such user": (
        "5.1.1", True, True),
    "This is a warning. Delivery to the following recipient has been delayed:\n\n     tizio@d.example\n\nBe patient": (
        "4.0.0", False, False),
    "Il messaggio a tizio@d.example non è stato consegnato: la casella del destinatario è piena.": (
        "5.2.2", True, False),
    "Your message was rejected.\n\n<tizio@d.example>: 554 Message refused as spam": ("5.7.1", True, False),
    "Non consegnato.\n\ntizio@d.example\nMotivo: utente inesistente": ("5.1.1", True, True),
}  # fmt: skip


@pytest.mark.parametrize("words", HOME_MADE)
def test_reports_in_their_own_words(words):
    mail = f"From: MAILER-DAEMON@x.example\nTo: info@terra.example\nSubject: Mail delivery failed\n\n{words}\n"
    bounce = parse(mail.encode()).bounce
    assert bounce.recipient == "tizio@d.example"
    assert (bounce.status, bounce.permanent, bounce.dead) == HOME_MADE[words]


@pytest.mark.parametrize(
    "mail",
    [
        "From: Postmaster <postmaster@ditta.example>\nSubject: Re: consegna\n\nIl pacco per m@x.example non arriva?",
        "From: Anna <anna@x.example>\nSubject: Undelivered Mail\n\nMi torna indietro: 550 5.1.1 m@x.example",
        "From: MAILER-DAEMON@x.example\nSubject: Out of office\n\nI am away. Write to bob@x.example",
    ],
)
def test_not_every_talk_of_delivery_is_a_bounce(mail):
    assert parse(mail.encode()).bounce is None
