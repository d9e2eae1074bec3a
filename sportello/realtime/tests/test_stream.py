"""An open page is told within a second, whoever changed something and in whatever process."""

import subprocess
import threading
import time

import httpx2
import pytest
import uvicorn
from django.db import connection, transaction

from sportello.agents.models import Agent
from sportello.conversations.models import Conversation
from sportello.events.record import record
from sportello.lib.testing import Server, command, environment, free_port
from sportello.realtime.reader import latest

from .page import Heard, Page, cookie_of


def topic(conversation):
    return f"conversation:{conversation.pk}"


@pytest.fixture
def same_process(transactional_db, monkeypatch):
    """The two doors, served by a thread of this process."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    from sportello.asgi import application

    port = free_port()
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def test_a_change_in_another_process_is_told(server, ben, conversation):
    with Page(server.url, ben, topic(conversation)) as page:
        event = record("message.received", conversation, message=7, text="Secret")
        heard = page.next()
    about = {"id": event.pk, "name": "message.received", "topic": topic(conversation), "data": {"message": 7}}
    assert heard == Heard("signal", about, event.pk)


def test_it_is_told_within_a_second(server, ben, conversation):
    delays = []
    with Page(server.url, ben, topic(conversation)) as page:
        for _ in range(3):  # Other tests may keep the machine busy at any one moment.
            since = time.monotonic()
            record("message.received", conversation)
            page.next()
            delays.append(time.monotonic() - since)
    assert min(delays) < 1


def test_a_change_in_this_process_needs_no_looking(same_process, ben, conversation, settings):
    settings.LIVE_POLL_SECONDS = 60
    with Page(same_process, ben, topic(conversation)) as page:
        record("message.received", conversation, message=7)
        assert page.next().data["data"] == {"message": 7}


def test_what_was_rolled_back_is_not_told(server, ben, conversation):
    with Page(server.url, ben, topic(conversation)) as page:
        with transaction.atomic():
            record("conversation.closed", conversation)
            transaction.set_rollback(True)
        record("message.noted", conversation)
        assert page.told() == ["message.noted"]


def test_other_conversations_are_not_told(server, ben, conversation, giulia):
    other = Conversation.objects.create(inbox=conversation.inbox, customer=giulia, team=conversation.team)
    with Page(server.url, ben, topic(conversation)) as page:
        record("message.received", other)
        record("message.noted", conversation)
        assert page.told() == ["message.noted"]


def test_the_inbox_is_told_of_what_its_reader_may_see(server, anna, ben, cleo, conversation):
    """Giulia writes to Ben's team: Anna, who sees all, and Ben look again; Cleo is not bothered."""
    with (
        Page(server.url, anna, "inbox") as of_anna,
        Page(server.url, ben, "inbox") as of_ben,
        Page(server.url, cleo, "inbox") as of_cleo,
    ):
        event = record("message.received", conversation, message=7)
        expected = Heard("signal", {"id": event.pk, "name": "changed", "topic": "inbox", "data": {}}, event.pk)
        assert of_anna.next() == of_ben.next() == expected
        assert of_cleo.told() == []


def test_a_list_is_told_of_what_leaves_it(server, ben, conversation, billing):
    with Page(server.url, ben, "inbox") as page:
        Conversation.objects.filter(pk=conversation.pk).update(team=billing)
        record("conversation.moved", conversation, team=billing.pk)
        assert page.told() == ["changed"]


def test_a_burst_is_one_change_of_the_list(server, ben, conversation):
    with Page(server.url, ben, "inbox") as page:
        with transaction.atomic():
            for number in range(100):
                record("message.received", conversation, message=number)
        assert page.told() == ["changed"]


@pytest.mark.parametrize("topics", ["", "conversation:{}", "inbox,conversation:{}", "conversation:999999", "agent:1"])
def test_cleo_hears_nothing_of_what_is_not_hers(server, cleo, conversation, topics):
    with Page(server.url, cleo, topics.format(conversation.pk)) as page:
        assert page.status == 404


@pytest.mark.parametrize("topics", ["conversation:", "conversation:x", "conversation:-1", "conversation:²", "x,inbox"])
def test_what_is_no_topic_is_not_found(server, ben, conversation, topics):
    with Page(server.url, ben, topics) as page:
        assert page.status == 404


def test_a_stranger_is_sent_away(server, conversation):
    with Page(server.url, None, "inbox") as page:
        assert page.status == 401


def test_nobody_posts_here(server, ben):
    assert httpx2.post(f"{server.url}/live?topics=inbox", cookies=cookie_of(ben)).status_code == 405


def test_nobody_keeps_a_stream_back_on_its_way(server, ben):
    with httpx2.stream("GET", f"{server.url}/live?topics=inbox", cookies=cookie_of(ben)) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["x-accel-buffering"] == "no"
        assert answer.headers["cache-control"] == "no-cache, no-transform"
        assert "content-encoding" not in answer.headers and answer.headers["x-request-id"]


def test_after_a_gap_everything_is_told_once(server, ben, conversation):
    with Page(server.url, ben, topic(conversation), since=latest()) as page:
        record("message.received", conversation, message=1)
        assert page.next().data["data"] == {"message": 1}
    record("message.received", conversation, message=2)
    record("conversation.closed", conversation)
    with Page(server.url, ben, topic(conversation), since=0, before=page) as page:
        record("message.noted", conversation)
        assert page.told() == ["message.received", "conversation.closed", "message.noted"]


def test_what_happened_while_the_page_was_on_its_way_is_told(server, ben, conversation):
    since = latest()
    record("message.received", conversation, message=1)
    with Page(server.url, ben, f"{topic(conversation)},inbox", since=since) as page:
        assert page.told() == ["message.received", "changed"]


def test_a_page_from_long_ago_reads_everything_again(server, ben, conversation):
    since = latest()
    with transaction.atomic():
        for _ in range(501):
            record("message.received", conversation)
    with Page(server.url, ben, topic(conversation), since=since) as page:
        assert page.next("signal", "reset").event == "reset"
        assert page.last == latest()


def test_a_page_from_before_the_backup_reads_everything_again(server, ben, conversation):
    record("message.received", conversation)
    with Page(server.url, ben, topic(conversation), since=latest() + 1000) as page:
        assert page.next("signal", "reset").event == "reset"
        assert page.last == latest()


def test_who_is_deactivated_hears_no_more(server, ben, conversation):
    with Page(server.url, ben, topic(conversation)) as page:
        Agent.objects.filter(pk=ben.pk).update(is_active=False)
        record("agent.deactivated", ben)
        record("message.received", conversation)
        assert [page.next("signal", "bye", "end").event for _ in range(2)] == ["bye", "end"]


def test_who_signed_out_is_noticed(transactional_db, tmp_path, ben, conversation):
    server = Server(tmp_path, SPORTELLO_LIVE_RECHECK="0.2", SPORTELLO_LIVE_BEAT="0.1").start()
    try:
        with Page(server.url, ben, topic(conversation)) as page:
            ben.sessions.all().delete()
            assert page.next("bye", "end").event == "bye"
    finally:
        server.stop()


def test_a_move_to_another_team_ends_what_is_told(server, ben, conversation, billing):
    """Ben leaves the team: the next he hears is that he may not listen any more."""
    with Page(server.url, ben, topic(conversation)) as page:
        ben.teams.set([billing])
        record("agent.changed", ben)
        assert page.next("signal", "bye").event == "bye"


def test_a_power_cut_loses_nothing(transactional_db, tmp_path, ben, conversation):
    server = Server(tmp_path).start()
    with Page(server.url, ben, topic(conversation), since=latest()) as page:
        record("message.received", conversation, message=1)
        assert page.next().data["data"] == {"message": 1}
        server.kill()
        assert page.next("end").event == "end"
    record("message.received", conversation, message=2)
    server.start()
    try:
        with Page(server.url, ben, topic(conversation), before=page) as page:
            record("message.received", conversation, message=3)
            assert [page.next().data["data"]["message"] for _ in range(2)] == [2, 3]
            assert page.told() == []
    finally:
        server.stop()


def test_an_idle_page_knows_that_we_are_there_and_where_to_go_on(transactional_db, tmp_path, ben, conversation, giulia):
    server = Server(tmp_path, SPORTELLO_LIVE_BEAT="0.1").start()
    try:
        with Page(server.url, ben, topic(conversation)) as page:
            record("customer.merged", giulia)
            while page.last != latest():
                page.next("beat", within=2)
    finally:
        server.stop()


def test_a_stop_does_not_wait_for_open_pages(transactional_db, ben, conversation):
    server = subprocess.Popen(command("serve", "--port", "0", "--no-work"), env=environment(), stdout=subprocess.PIPE)
    url = next(line for line in server.stdout if b"http" in line).split()[-1].decode().rstrip("/")
    with Page(url, ben, topic(conversation)) as page:
        since = time.monotonic()
        server.terminate()
        assert page.next("end").event == "end"
        server.communicate(timeout=10)
    assert time.monotonic() - since < 4  # it would wait five seconds for a page that is being answered
