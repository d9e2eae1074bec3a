"""What left for the customers, read and answered in their place."""

import smtplib
import threading
from email import message_from_bytes, policy

import pytest
from django.test import Client

from sportello.channels.base import File, Outbound, Party
from sportello.channels.email.compose import compose
from sportello.channels.email.parse import parse
from sportello.demo import letters, mailserver, outbox
from sportello.demo.logins import LOGINS
from sportello.jobs.models import Job

# Read here, before any test says that this is the demo: the desk's own addresses stay what they are.
from . import urls

SHOP = Party("assistenza@terraetavola.example", "Terra e Tavola")
GIULIA = Party("giulia@posta.example", "Giulia Ferraris")


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True
    settings.ROOT_URLCONF = urls.__name__


@pytest.fixture
def kept():
    """An answer of the shop that left: the key under which it lies in the outbox."""
    raw = compose(
        Outbound(
            external_id="ours@terraetavola.example", sender=SHOP, to=(GIULIA,), subject="Re: Un piatto scheggiato",
            text="Parte oggi.", html="<p>Parte <b>oggi</b>.</p><script>alert(1)</script>",
            in_reply_to="first@posta.example", references=("first@posta.example",),
            files=(File("Etichetta.pdf", "application/pdf", b"%PDF-1.4"),),
        )
    )  # fmt: skip
    return outbox.keep(raw)


def test_the_latest_comes_first(kept, ben_client):
    page = ben_client.get("/demo/outbox/").content.decode()
    assert "Re: Un piatto scheggiato" in page
    assert "Giulia Ferraris" in page


def test_the_list_asks_for_itself_alone(kept, ben_client):
    page = ben_client.get("/demo/outbox/", headers={"HX-Request": "true"}).content.decode()
    assert page.startswith('<div id="mails"')


def test_a_mail_shows_what_keeps_its_thread_whole(kept, ben_client):
    page = ben_client.get(f"/demo/outbox/{kept}").content.decode()
    assert "ours@terraetavola.example" in page
    assert "first@posta.example" in page
    assert "Etichetta.pdf" in page


def test_its_own_look_can_do_nothing(kept, ben_client):
    response = ben_client.get(f"/demo/outbox/{kept}/body")
    assert "<b>oggi</b>" in response.content.decode()
    assert "script" not in response.content.decode()
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_file_is_saved_and_never_shown(kept, ben_client):
    response = ben_client.get(f"/demo/outbox/{kept}/files/0")
    assert response.content == b"%PDF-1.4"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert ben_client.get(f"/demo/outbox/{kept}/files/1").status_code == 404


@pytest.mark.parametrize("key", ["..", "0000000000000-000000000000", "secret_key"])
def test_what_is_not_a_mail_is_not_there(key, ben_client):
    assert ben_client.get(f"/demo/outbox/{key}").status_code == 404


def test_strangers_and_guests_read_nobodys_mail(kept, make_agent):
    assert Client().get(f"/demo/outbox/{kept}").status_code == 302
    guest = Client()
    guest.force_login(make_agent("Gino Ospite", role="guest"))
    assert guest.get(f"/demo/outbox/{kept}").status_code == 404


def test_the_customers_answer_stays_in_the_thread(kept):
    answer = parse(letters.answer_to(outbox.find(kept), "Perfetto, grazie!"))
    assert answer.sender == GIULIA
    assert answer.to[0].address == SHOP.address
    assert answer.subject == "Re: Un piatto scheggiato"
    assert answer.in_reply_to == "ours@terraetavola.example"
    assert answer.references == ("first@posta.example", "ours@terraetavola.example")
    assert answer.reply_text == "Perfetto, grazie!"
    assert "Parte oggi." in answer.quoted_text


def test_answering_hands_a_mail_in_later_and_elsewhere(kept, ben_client):
    assert ben_client.post(f"/demo/outbox/{kept}/answer", {"text": "Grazie"}).status_code == 302
    assert Job.objects.get().args == [kept, "Grazie"]


def test_an_empty_answer_is_refused(kept, ben_client):
    assert ben_client.post(f"/demo/outbox/{kept}/answer", {"text": " "}).status_code == 422
    assert not Job.objects.exists()


def test_anybody_may_write_to_an_inbox_of_the_shop_and_to_no_other(inbox, ben_client):
    told = {"name": "Ada", "sender": "ada@posta.example", "subject": "Ciao", "text": "Ci siete?"}
    assert ben_client.post("/demo/outbox/letter", {**told, "to": "else@where.example"}).status_code == 422
    assert ben_client.post("/demo/outbox/letter", {**told, "to": inbox.address}).status_code == 302
    assert Job.objects.get().kwargs["to"] == inbox.address


def test_one_click_signs_in_as_one_of_the_five_and_as_nobody_else(workspace, ben, make_agent):
    elena = make_agent("Elena Conti", role="admin")
    elena.email = LOGINS[0].email
    elena.save()
    visitor = Client()
    assert visitor.post("/demo/sign-in", {"email": ben.email}).status_code == 404
    assert visitor.post("/demo/sign-in", {"email": elena.email}).status_code == 302
    assert visitor.session["_auth_user_id"] == str(elena.pk)


def test_the_sign_in_page_shows_the_logins_only_in_the_demo(workspace, anna, settings):
    assert "limoni-e-terracotta" in Client().get("/sign-in/").content.decode()
    settings.DEMO = False
    assert "limoni-e-terracotta" not in Client().get("/sign-in/").content.decode()


def test_without_the_demo_there_is_no_outbox(settings, ben_client):
    settings.ROOT_URLCONF = "sportello.urls"
    assert ben_client.get("/demo/outbox/").status_code == 404


@pytest.fixture
def mail_port(settings):
    """The mail server of the demo, listening."""
    settings.DEMO_MAIL_PORT = 0
    stop, told, listens = threading.Event(), [], threading.Event()

    def ready(ports):
        told.extend(ports)
        listens.set()

    thread = threading.Thread(target=mailserver.run, args=(stop,), kwargs={"ready": ready})
    thread.start()
    assert listens.wait(10)
    yield told[0]
    stop.set()
    thread.join(10)


def test_the_mail_server_takes_mail_for_everybody_but_who_lives_nowhere(mail_port):
    with smtplib.SMTP("127.0.0.1", mail_port) as line:
        line.sendmail(SHOP.address, [GIULIA.address], b"Subject: Ciao\r\n\r\nEccomi.\r\n")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            line.sendmail(SHOP.address, ["franca@psota.example"], b"Subject: Ciao\r\n\r\nEccomi.\r\n")
    (mail,) = outbox.mails()
    assert message_from_bytes(mail.raw, policy=policy.default)["Subject"] == "Ciao"
