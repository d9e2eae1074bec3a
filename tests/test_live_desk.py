"""What happens shows by itself on the desk that is open, within a second, and after a gap."""

import pytest
from playwright.sync_api import expect

from sportello.channels.storing import store
from sportello.conversations import actions, intake
from sportello.conversations.models import Conversation
from sportello.events.record import record

pytestmark = pytest.mark.browser

MAIL = """From: Giulia Ferraris <giulia@posta.example>
To: info@shop.example
Subject: Re: Un piatto scheggiato
Message-ID: <{id}@posta.example>
In-Reply-To: <first@posta.example>
References: <first@posta.example>
Content-Type: text/plain; charset=utf-8

{text}
"""


def writes(inbox, id, text):
    """Giulia's mail arrives and is read."""
    store(inbox.pk, [(id, MAIL.format(id=id, text=text).encode())])
    intake.read_waiting.call()


@pytest.fixture
def desk(browse, ben, conversation):
    tab = browse(ben, f"/conversations/{conversation.pk}")
    expect(tab.locator("html"), f"the page is {tab.url}").to_have_attribute("data-live", "open")
    return tab


def test_a_mail_that_arrives_appears(desk, inbox, conversation):
    writes(inbox, "second", "Anche la tazza è rotta.")
    desk.locator("#thread .message", has_text="Anche la tazza è rotta.").wait_for(timeout=30000)
    desk.locator(f"#row-{conversation.pk}", has_text="Anche la tazza è rotta.").wait_for(timeout=30000)
    assert desk.locator("#thread .message").count() == 2


def test_what_a_colleague_does_shows(desk, anna, ben, conversation):
    actions.note(conversation, by=anna, html="<p>Le mando un piatto nuovo.</p>")
    desk.locator("#thread", has_text="Le mando un piatto nuovo.").wait_for(timeout=30000)
    actions.close(conversation, by=anna)
    desk.locator(f"#row-{conversation.pk}").wait_for(state="detached", timeout=30000)


def test_after_a_break_the_desk_catches_up(desk, inbox, conversation):
    desk.context.set_offline(True)
    writes(inbox, "second", "Anche la tazza è rotta.")
    desk.locator("[data-when-lost]").wait_for(timeout=30000)
    assert desk.locator("#thread .message").count() == 1
    desk.context.set_offline(False)
    desk.locator("#thread .message", has_text="Anche la tazza è rotta.").wait_for(timeout=30000)
    desk.locator("[data-when-lost]").wait_for(state="hidden", timeout=30000)
    assert desk.locator("#thread .message").count() == 2


def test_nobody_elses_news_redraws_the_desk(desk, cleo, billing, inbox, giulia):
    """What is said in another team's conversation is no reason for Ben's browser to ask for anything."""
    asked = []
    desk.on("request", lambda request: asked.append(request.url))
    other = Conversation.objects.create(inbox=inbox, customer=giulia, team=billing)
    record("message.received", other, message=1)
    desk.wait_for_timeout(1500)
    assert asked == []
