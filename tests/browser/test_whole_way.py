"""The whole way: a mail lies in a real mailbox, becomes a conversation with its order beside it, is answered from the
browser, leaves by SMTP, and the answer to the answer comes back into the same thread."""

import email
import email.policy
import json
import re
import shutil

import pytest
from playwright.sync_api import expect

from sportello.channels.email.tests.servers import ImapServer
from tests.browser.conftest import open_desk
from tests.postbox import Postbox

pytestmark = pytest.mark.browser

CONNECT = """
import json, sys
from sportello.channels.models import Inbox
Inbox.objects.update(settings=json.loads(sys.argv[1]))
"""

ORDERS = """
import sys
from datetime import UTC, date, datetime
from sportello.commerce.models import Order, Store
from sportello.commerce.numbering import number_key
store = Store.objects.create(slug="terra-e-tavola", name="Terra e Tavola", number_pattern=r"TT-\\d{5}")
order = Order.objects.create(store=store, external_id="1", number="TT-10482", number_key=number_key("TT-10482"),
    email="giulia@posta.example", name="Giulia Ferraris", state="shipped", total="184.50",
    placed_at=datetime(2026, 11, 10, 9, tzinfo=UTC))
order.lines.create(position=1, name="6 piatti piani «Limoni»", quantity=6, total="126.00")
order.shipments.create(external_id="s1", carrier="BRT", tracking_number="123456789012", state="in_transit")
"""

QUESTION = """From: Giulia Ferraris <giulia@posta.example>\r
To: Assistenza <info@shop.example>\r
Cc: Mario Ferraris <mario@posta.example>\r
Subject: =?utf-8?q?Dov=27=C3=A8_il_mio_ordine_TT-10482=3F?=\r
Message-ID: <q1@posta.example>\r
Date: Fri, 20 Nov 2026 10:12:13 +0100\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
Buongiorno, l'ordine TT-10482 non è ancora arrivato.\r
"""


def thanks(answer) -> bytes:
    """What Giulia's mail program makes of "reply": on top her words, below it what she answers."""
    return (
        "From: Giulia Ferraris <giulia@posta.example>\r\nTo: info@shop.example\r\n"
        f"Subject: {answer['subject']}\r\nMessage-ID: <q2@posta.example>\r\nIn-Reply-To: {answer['message-id']}\r\n"
        f"References: {answer['references']} {answer['message-id']}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Grazie mille!\r\n\r\nIl giorno 20 nov 2026, alle 11:00, Assistenza ha scritto:\r\n> Gentile Giulia\r\n"
    ).encode()


@pytest.fixture
def mailbox():
    with ImapServer() as mailbox:
        yield mailbox


@pytest.fixture
def postbox():
    with Postbox() as postbox:
        yield postbox


@pytest.fixture
def desk(chromium, _migrated, tmp_path, mailbox, postbox):
    """A desk of this story alone, that looks into its mailbox and sends."""
    shutil.copytree(_migrated, tmp_path, dirs_exist_ok=True)
    with open_desk(tmp_path, SPORTELLO_UNDO_SECONDS="1") as desk:
        desk.python(ORDERS)
        desk.python(CONNECT, json.dumps({**mailbox.settings, **postbox.settings}))
        yield desk


def test_a_mail_becomes_a_conversation_is_answered_and_stays_one_thread(open_as, mailbox, postbox):
    page = open_as("ben", "/conversations/")

    mailbox.put(QUESTION.encode())
    row = page.locator(".row", has_text="Giulia Ferraris")
    expect(row).to_be_visible(timeout=30_000)
    row.locator(".row__name").click()
    expect(page.locator("#thread")).to_contain_text("l'ordine TT-10482 non è ancora arrivato.")
    expect(page.locator(".context")).to_contain_text("TT-10482")
    expect(page.locator(".context")).to_contain_text("6 piatti piani «Limoni»")

    page.keyboard.press("r")
    page.keyboard.type("Gentile Giulia, arriva domani.")
    page.keyboard.press("Control+Enter")
    assert postbox.arrived.wait(30)
    (raw,) = postbox.mails
    answer = email.message_from_bytes(raw, policy=email.policy.default)
    assert answer["to"].addresses[0].addr_spec == "giulia@posta.example"
    assert [one.addr_spec for one in answer["cc"].addresses] == ["mario@posta.example"]
    assert (answer["in-reply-to"], answer["references"]) == ("<q1@posta.example>", "<q1@posta.example>")
    assert answer["subject"] == "Re: Dov'è il mio ordine TT-10482?"
    words = answer.get_body(("plain",)).get_content()
    assert words.startswith("Gentile Giulia, arriva domani.")
    assert "> Buongiorno, l'ordine TT-10482 non è ancora arrivato." in words
    expect(page.locator("#head")).to_contain_text(re.compile("risolta"))

    mailbox.put(thanks(answer))
    expect(page.locator("#thread .message").last).to_contain_text("Grazie mille!", timeout=30_000)
    expect(page.locator("#head .badge--kept")).to_have_count(0)
    assert len(postbox.mails) == 1
    assert mailbox.flags() == set()
