"""The first command of the README, from outside: a mail by SMTP becomes a conversation, is answered, and arrives."""

import re
import smtplib
import subprocess
import sys
from email.message import EmailMessage

import httpx2
import pytest

from sportello.lib.testing import eventually, free_port

from .installation import ROOT, Installation

PATIENTLY = {"within": 50, "every": 0.2}  # seconds; two cores shared with other tests


@pytest.fixture
def demo(tmp_path):
    """A small demo that serves: its address, and the port where it takes mail."""
    shop = Installation(tmp_path, SPORTELLO_UNDO_SECONDS="0", PYTHONUNBUFFERED="1")
    told = ["--data", str(tmp_path / "demo"), "--conversations", "40", "--port", str(free_port())]
    command = [sys.executable, "-m", "sportello.demo", *told]
    process = subprocess.Popen(command, env=shop.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield _read_until_ready(process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _read_until_ready(process: subprocess.Popen) -> tuple[str, int]:
    printed = ""
    for line in process.stdout:
        printed += line
        if "Sportello is ready" in line:
            break
    assert "limoni-e-terracotta" in printed, printed
    return re.search(r"http://localhost:\d+", printed)[0], int(re.search(r"127\.0\.0\.1 port (\d+)", printed)[1])


def _signed_in(address: str) -> httpx2.Client:
    browser = httpx2.Client(base_url=address, timeout=30, follow_redirects=True)
    browser.get("/sign-in/")
    browser.post("/demo/sign-in", data=_sealed(browser, email="elena@terraetavola.example"))
    return browser


def _sealed(browser: httpx2.Client, **fields: str) -> dict[str, str]:
    return {"csrfmiddlewaretoken": browser.cookies["csrftoken"], **fields}


def _send(port: int) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Ada Bruni <ada@posta.example>", "assistenza@terraetavola.example"
    mail["Subject"], mail["Message-ID"] = "Una brocca azzurra", "<una-brocca@posta.example>"
    mail.set_content("Buongiorno, la brocca esiste anche azzurra?")
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.send_message(mail)


def test_both_sides_of_a_conversation(demo):
    address, port = demo
    desk = _signed_in(address)
    _send(port)
    page = eventually(lambda: _row_of(desk, "Una brocca azzurra"), **PATIENTLY)
    desk.post(
        f"/conversations/{page}/replies",
        data=_sealed(desk, html="<p>Arriva a marzo.</p>", to="Ada Bruni <ada@posta.example>"),
    )
    key = eventually(lambda: _mail_in_outbox(desk, "Re: Una brocca azzurra"), **PATIENTLY)
    mail = desk.get(f"/demo/outbox/{key}").text
    assert "una-brocca@posta.example" in mail
    assert "Ada Bruni" in mail
    desk.post(f"/demo/outbox/{key}/answer", data=_sealed(desk, text="Allora aspetto marzo."))
    eventually(lambda: "Allora aspetto marzo." in desk.get(f"/conversations/{page}").text, **PATIENTLY)


def _row_of(desk: httpx2.Client, subject: str) -> str:
    """The number of the conversation with this subject, once it is in the list of all."""
    page = desk.get("/conversations/?view=all").text
    before = page.partition(subject)[0] if subject in page else ""
    return re.findall(r"/conversations/(\d+)", before)[-1] if before else ""


def _mail_in_outbox(desk: httpx2.Client, subject: str) -> str:
    page = desk.get("/demo/outbox/").text
    before = page.partition(subject)[0] if subject in page else ""
    return re.findall(r"/demo/outbox/(\d{13}-[0-9a-f]{12})", before)[-1] if before else ""
