"""live.js in a real browser: what the page hears, also after breaks, sleep and a power cut."""

import pytest
from django.templatetags.static import static

from sportello.conversations.models import Conversation
from sportello.events.record import record
from sportello.lib.testing import Server, eventually
from sportello.realtime.reader import latest

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><title>Live</title>
<script type="module" src="{script}"></script>
<p id="lost" data-when-lost hidden>Lost</p><p id="signed-out" data-when-signed-out hidden>Signed out</p>
<live-feed topics="{topics}" since="{since}"></live-feed>"""
POLICY = "default-src 'self'"

# What the page hears is kept in a list; set before its own modules run.
REMEMBER = """
window.heard = [];
document.addEventListener("live", (event) => window.heard.push(event.detail));
document.addEventListener("live:conversation", (event) => window.heard.push("conversation"));
document.addEventListener("live:again", () => window.heard.push("again"));
"""


@pytest.fixture
def listen(browse, server):
    """Open a page that listens: `listen(ben, "inbox")`."""

    def open_page(agent, topics, since=None, url=None):
        tab = browse(agent)
        tab.add_init_script(REMEMBER)
        html = PAGE.format(script=static("realtime/live.js"), topics=topics, since=latest() if since is None else since)
        headers = {"content-type": "text/html", "content-security-policy": POLICY}
        tab.route("**/quiet", lambda route: route.fulfill(body=html, headers=headers))
        tab.goto(f"{url or server.url}/quiet")
        return tab

    return open_page


def names(tab):
    return tab.evaluate("heard.map((one) => one.name ?? one)")


def until_open(tab):
    tab.wait_for_selector("html[data-live=open]", state="attached")


def until_heard(tab, name):
    eventually(lambda: name in names(tab))


def test_a_page_hears_what_happens(listen, ben, conversation):
    tab = listen(ben, f"conversation:{conversation.pk} inbox")
    until_open(tab)
    event = record("message.received", conversation, message=7)
    until_heard(tab, "changed")
    topic = f"conversation:{conversation.pk}"
    about = {"id": event.pk, "name": "message.received", "topic": topic, "data": {"message": 7}}
    assert tab.evaluate("heard") == [
        about,
        "conversation",
        {"id": event.pk, "name": "changed", "topic": "inbox", "data": {}},
    ]


def test_what_happened_while_the_page_came_is_heard(listen, ben, conversation):
    since = latest()
    record("message.received", conversation)
    tab = listen(ben, f"conversation:{conversation.pk}", since=since)
    until_heard(tab, "message.received")


def test_another_conversation_is_another_topic(listen, ben, conversation, giulia):
    """The open conversation is swapped: what happened in the new one since it was drawn is heard, once."""
    other = Conversation.objects.create(inbox=conversation.inbox, customer=giulia, team=conversation.team)
    tab = listen(ben, f"conversation:{conversation.pk}")
    until_open(tab)
    record("message.received", conversation)
    until_heard(tab, "message.received")
    since = latest()
    record("message.noted", other)
    tab.evaluate(
        """([topics, since]) => {
          const feed = document.createElement("live-feed");
          feed.setAttribute("topics", topics);
          feed.setAttribute("since", since);
          document.querySelector("live-feed").replaceWith(feed);
        }""",
        [f"conversation:{other.pk}", since],
    )
    until_heard(tab, "message.noted")
    record("conversation.closed", conversation)
    record("conversation.tagged", other)
    until_heard(tab, "conversation.tagged")
    heard = [name for name in names(tab) if name != "conversation"]
    assert heard == ["message.received", "message.noted", "conversation.tagged"]


def test_after_a_power_cut_the_page_catches_up(listen, tmp_path, ben, conversation):
    server = Server(tmp_path).start()
    tab = listen(ben, f"conversation:{conversation.pk}", url=server.url)
    try:
        until_open(tab)
        record("message.received", conversation)
        until_heard(tab, "message.received")
        server.kill()
        record("message.noted", conversation)
        tab.wait_for_selector("#lost:not([hidden])")
        server.start()
        until_heard(tab, "message.noted")
        tab.wait_for_selector("#lost[hidden]", state="attached")
        assert [name for name in names(tab) if name != "conversation"] == ["message.received", "message.noted"]
    finally:
        server.stop()


def test_a_topic_that_is_not_ours_any_more_takes_only_itself_away(listen, ben, conversation, billing):
    tab = listen(ben, f"conversation:{conversation.pk} inbox")
    until_open(tab)
    Conversation.objects.filter(pk=conversation.pk).update(team=billing)
    record("agent.changed", ben)
    eventually(lambda: tab.evaluate("heard.some((one) => one.gone)"))
    assert tab.evaluate("heard.find((one) => one.gone).topic") == f"conversation:{conversation.pk}"
    record("conversation.moved", conversation)
    until_heard(tab, "changed")


def test_who_was_signed_out_is_told(listen, ben, conversation):
    tab = listen(ben, "inbox")
    until_open(tab)
    ben.sessions.all().delete()
    record("agent.signed_out_elsewhere", ben)
    tab.wait_for_selector("#signed-out:not([hidden])")


def test_a_page_that_missed_too_much_reads_everything_again(listen, ben, conversation):
    record("message.received", conversation)
    tab = listen(ben, "inbox", since=latest() + 1000)
    until_heard(tab, "again")
