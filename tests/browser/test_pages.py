"""Every page: readable by everyone (axe), in both themes, in both languages, on a narrow phone, without a complaint."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent.parent / "vendor" / "axe.js").read_text()
RUN = """async () => {
    const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const found = await axe.run(document, { runOnly });
    const where = v => v.nodes.slice(0, 4).map(n => n.target.join(" "));
    return found.violations.map(v => ({ rule: v.id, why: v.help, where: where(v) }));
}"""

MAIL = """<div style="color:red"><p>Ciao</p><img src="https://tracker.example/x.gif">\
<script>document.title = "acted"</script></div>"""
STATUS = "performance.getEntriesByType('navigation')[0].responseStatus"

# Where an administrator can go; {n} is a conversation with something of everything.
PAGES = [
    "/conversations/",
    "/conversations/?view=mine",
    "/conversations/?view=snoozed",
    "/conversations/{n}",
    "/search",
    "/search?q=scheggiato",
    "/search?q=nothingatall",
    "/customers/",
    "/settings/",
    "/settings/inboxes/",
    "/settings/people/",
    "/settings/teams/",
    "/settings/tags/",
    "/settings/audit/",
    "/settings/security/",
    "/settings/me/",
    "/not-there",
]


@pytest.fixture(scope="module")
def everything(desk):
    """One conversation with every kind of thing on it."""
    number = desk.written(
        "Giulia Ferraris", "Un piatto scheggiato", "Uno dei piatti è scheggiato. https://shop.example", html=MAIL
    )
    desk.python(
        """
import sys
from sportello.agents.models import Agent
from sportello.channels.base import File
from sportello.conversations import actions
from sportello.conversations.files import attachment_of
from sportello.conversations.models import Conversation, Message, Sending
anna, ben = Agent.objects.get(email__startswith="anna"), Agent.objects.get(email__startswith="ben")
conversation = Conversation.objects.get(pk=sys.argv[1])
first = conversation.messages.get()
Message.objects.filter(pk=first.pk).update(quoted="> prima", auto=True)
file = attachment_of(File(name="scontrino.pdf", type="application/pdf", content=b"%PDF"))
file.message = first
file.save()
actions.claim(conversation, by=anna)
actions.tag(conversation, "merce danneggiata", by=ben)
actions.prioritise(conversation, 4, by=ben)
actions.note(conversation, by=ben, html="<p>Ne abbiamo uno di scorta.</p>")
for state, reason in (("sent", ""), ("failed", "550 Casella piena"), ("unknown", "Linea caduta"), ("queued", "")):
    said = actions.reply(conversation, by=anna, html=f"<p>{state}</p>", to=[{"name": "", "address": "g@posta.example"}])
    Sending.objects.filter(message=said).update(state=state, reason=reason)
""",
        str(number),
    )
    return number


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_anybody_can_read_it(path, scheme, everything, open_as, watched):
    watched.allow("404")
    page = open_as("anna", path.format(n=everything), color_scheme=scheme)
    assert page.evaluate(STATUS) == (404 if path == "/not-there" else 200)
    page.evaluate(AXE)
    found = page.evaluate(RUN)
    assert not found, json.dumps(found, indent=1)


@pytest.mark.parametrize("path", PAGES)
def test_it_holds_on_a_narrow_phone(path, everything, open_as, watched):
    watched.allow("404")
    page = open_as("anna", path.format(n=everything), width=320, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_doors_can_be_read_by_anybody(open_as):
    for path in ("/sign-in/", "/sign-in/password/"):
        page = open_as("", path)
        page.evaluate(AXE)
        found = page.evaluate(RUN)
        assert not found, json.dumps(found, indent=1)


def test_the_theme_an_agent_chose_is_there_from_the_start(desk, open_as):
    desk.python(
        "from sportello.agents.models import Agent; Agent.objects.filter(email__startswith='ben').update(theme='dark')"
    )
    page = open_as("ben", "/conversations/", color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 21, 18)"
    desk.python(
        "from sportello.agents.models import Agent; Agent.objects.filter(email__startswith='ben').update(theme='')"
    )


def test_a_hostile_mail_does_nothing_and_fetches_nothing(everything, open_as, watched):
    watched.allow("Blocked script execution")
    page = open_as("anna", f"/conversations/{everything}")
    fetched = []
    page.context.route("https://tracker.example/**", lambda route: (fetched.append(route.request.url), route.abort()))
    page.locator("details.message__original summary").click()
    frame = page.frame_locator("iframe.message__frame")
    frame.locator("text=Ciao").wait_for()
    assert fetched == []
    watched.check()
    watched.allow("ERR_FAILED")
    page.locator("[data-images]").click()
    page.wait_for_timeout(500)
    assert fetched == ["https://tracker.example/x.gif"]
    assert "acted" not in page.title()
