"""Mail is found by its number in the folder, whole, once, and nothing in the folder changes."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from sportello.channels.base import NotFetched
from sportello.channels.email import reading
from sportello.channels.email.channel import Channel

from .odd_servers import OddImap
from .servers import ImapServer, mail

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
CONNECTED = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def imap():
    with ImapServer() as server:
        yield server


def look(channel, cursor=None):
    """Fetch once: the bodies, in order, and the last cursor."""
    found, cursor = [], dict(cursor or {})
    for batch in channel.fetch(cursor):
        found += [fetched.body for fetched in batch.messages]
        cursor = batch.cursor
    channel.close()
    return found, cursor


def channel_of(server, **settings):
    return Channel({**server.settings, "since": "", **settings})


def test_new_mail_comes_in_order_and_once(imap):
    imap.put(mail(1))
    imap.put(mail(2))
    channel = channel_of(imap)
    found, cursor = look(channel)
    assert found == [mail(1), mail(2)]
    assert look(channel, cursor) == ([], cursor)
    imap.put(mail(3))
    assert look(channel, cursor)[0] == [mail(3)]


def test_nothing_in_the_folder_is_touched(imap):
    imap.put(mail(1))
    look(channel_of(imap))
    assert imap.flags() == set()
    assert look(channel_of(imap))[0] == [mail(1)]


def test_the_first_time_what_came_before_the_inbox_was_connected_stays_where_it_is(imap):
    imap.put(mail("old"), at=LONG_AGO)
    imap.put(mail("same day, earlier"), at=CONNECTED - timedelta(hours=1))
    imap.put(mail("just after"), at=CONNECTED + timedelta(seconds=1))
    imap.put(mail("later"), at=CONNECTED + timedelta(days=9))
    found, _ = look(channel_of(imap, since=CONNECTED.isoformat()))
    assert found == [mail("just after"), mail("later")]


def test_whoever_chooses_an_earlier_beginning_gets_the_older_mail_too(imap):
    imap.put(mail("old"), at=LONG_AGO)
    imap.put(mail("new"), at=CONNECTED + timedelta(days=1))
    found, cursor = look(channel_of(imap, since=CONNECTED.isoformat()))
    assert found == [mail("new")]
    assert look(channel_of(imap, since=""), cursor)[0] == [mail("old"), mail("new")]


def test_an_inbox_with_only_old_mail_starts_behind_it(imap):
    imap.put(mail("old"), at=LONG_AGO)
    channel = channel_of(imap, since=CONNECTED.isoformat())
    found, cursor = look(channel)
    assert found == [] and cursor["uid"] > 0
    imap.put(mail("moved here by a filter, dated long ago"), at=LONG_AGO)
    assert look(channel, cursor)[0] == [mail("moved here by a filter, dated long ago")]


def test_an_empty_inbox_remembers_where_it_was(imap):
    channel = channel_of(imap, since=CONNECTED.isoformat())
    found, cursor = look(channel)
    assert found == [] and cursor["uidvalidity"] > 0
    imap.put(mail(1))
    assert look(channel, cursor)[0] == [mail(1)]


def test_when_the_folder_is_numbered_anew_everything_is_read_again_under_the_same_keys(imap):
    imap.put(mail(1))
    imap.put(mail(2))
    channel = channel_of(imap)
    keys = [m.key for batch in channel.fetch({}) for m in batch.messages]
    cursor = look(channel)[1]
    imap.renumber()
    batches = list(channel.fetch(cursor))
    assert [m.key for batch in batches for m in batch.messages] == keys
    assert batches[-1].cursor["uidvalidity"] != cursor["uidvalidity"]


def test_two_mails_with_one_message_id_are_two(imap):
    imap.put(mail(1))
    imap.put(mail(1, body="Altro testo"))
    keys = {m.key for batch in channel_of(imap).fetch({}) for m in batch.messages}
    assert len(keys) == 2


def test_a_folder_with_an_accent(imap):
    imap.put(mail(1), "Qualità & resi")
    assert look(channel_of(imap, folder="Qualità & resi"))[0] == [mail(1)]


def test_another_folder_is_another_place(imap):
    imap.put(mail(1))
    imap.put(mail(2), "Resi")
    cursor = look(channel_of(imap))[1]
    assert look(channel_of(imap, folder="Resi"), cursor)[0] == [mail(2)]


def test_a_missing_folder_is_told(imap):
    with pytest.raises(NotFetched, match="Nessuna") as failure:
        look(channel_of(imap, folder="Nessuna"))
    assert failure.value.permanent


def test_a_wrong_password_is_told_with_the_servers_words(imap):
    with pytest.raises(NotFetched, match=r"info@shop\.example.*AUTHENTICATIONFAILED") as failure:
        look(channel_of(imap, imap_password="sbagliata"))
    assert failure.value.permanent


def test_a_password_beyond_ascii_is_sent_whole(imap):
    with pytest.raises(NotFetched, match="AUTHENTICATIONFAILED"):
        look(channel_of(imap, imap_password="perché-no-€"))


def test_a_password_with_a_line_break_sends_no_command(imap):
    with pytest.raises(NotFetched):
        look(channel_of(imap, imap_password='x"\r\nA1 DELETE INBOX\r\n'))
    assert imap.lines == 0


def test_starttls_with_a_certificate_we_were_given():
    with ImapServer(tls=True) as imap:
        imap.put(mail(1))
        assert look(channel_of(imap))[0] == [mail(1)]


def test_a_certificate_nobody_vouches_for_is_refused_in_words():
    with ImapServer(tls=True) as imap, pytest.raises(NotFetched, match="self-signed") as failure:
        look(channel_of(imap, certificate=""))
    assert failure.value.permanent


def test_a_certificate_of_somebody_else_is_refused():
    with ImapServer(tls=True) as imap, pytest.raises(NotFetched, match=r"127\.0\.0\.1"):
        look(channel_of(imap, imap_host="127.0.0.1"))


def test_without_starttls_no_password_leaves():
    with OddImap() as imap, pytest.raises(NotFetched, match="STARTTLS"):
        look(channel_of(imap, imap_security="starttls"))
    assert not any("LOGIN" in line for line in imap.said)


def test_nobody_there():
    with ImapServer() as imap:
        port = imap.port
    with pytest.raises(NotFetched, match=str(port)) as failure:
        look(channel_of(imap))
    assert not failure.value.permanent


def test_a_server_that_is_too_busy_is_asked_again_later():
    with OddImap(greeting="* BYE Too many connections") as imap, pytest.raises(NotFetched, match="Too many") as failure:
        look(channel_of(imap))
    assert not failure.value.permanent


MAILS = {uid: mail(uid) for uid in (3, 4, 5)}


def test_a_mail_the_server_cannot_give_does_not_stop_those_behind_it():
    with OddImap(MAILS, odd={4: "NO [SERVERBUG] message is corrupt"}) as imap:
        channel = channel_of(imap)
        mails = [m for batch in channel.fetch({}) for m in batch.messages]
        cursor = look(channel)[1]
    assert [m.body for m in mails if not m.reason] == [mail(3), mail(5)]
    (lost,) = [m for m in mails if m.reason]
    assert "message is corrupt" in lost.reason and b"4" in lost.body
    assert (cursor["uid"], cursor["skipped"]) == (5, [4])


def test_what_could_not_be_given_is_asked_for_again_on_the_next_line():
    with OddImap(MAILS, odd={4: "NO sorry"}) as imap:
        channel = channel_of(imap)
        cursor = look(channel)[1]
        assert look(channel, cursor)[0] == []
        imap.odd.clear()
        found, cursor = look(channel, cursor)
    assert found == [mail(4)] and cursor["skipped"] == []


def test_a_line_that_breaks_in_the_middle_of_a_mail_loses_nothing():
    with OddImap(MAILS, odd={4: None}) as imap:
        channel = channel_of(imap)
        with pytest.raises(NotFetched):
            look(channel)
        imap.odd.clear()
        assert look(channel)[0] == list(MAILS.values())


def test_a_mail_over_which_the_server_always_hangs_up_is_left_behind_at_last():
    got = []
    with OddImap(MAILS, odd={4: None}) as imap:
        channel, cursor, failures = channel_of(imap), {}, 0
        while cursor.get("uid") != 5:
            try:
                for batch in channel.fetch(cursor):
                    got += batch.messages
                    cursor = batch.cursor
            except NotFetched:
                failures += 1
    assert failures == 1 + reading.PATIENCE
    assert [m.body for m in got if not m.reason] == [mail(3), mail(5)]
    assert len([m for m in got if m.reason]) == 1


def test_a_mail_deleted_meanwhile_is_not_a_trouble():
    with OddImap(MAILS, odd={4: b"* 4 EXPUNGE\r\n"}, answers={"UID FETCH 4 (UID RFC822.SIZE)": "TAG OK gone"}) as imap:
        found, cursor = look(channel_of(imap))
    assert found == [mail(3), mail(5)] and cursor["skipped"] == []


def test_a_server_that_tells_the_number_after_the_mail():
    body = mail(4)
    odd = b"* 2 FETCH (BODY[] {%d}\r\n%s UID 4)\r\n" % (len(body), body)
    with OddImap(MAILS, odd={4: odd}) as imap:
        assert look(channel_of(imap))[0] == list(MAILS.values())


def test_a_huge_mail_is_not_taken_but_noted_with_its_beginning(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 1000)
    huge = mail(4, body="x" * 5000)
    beginning = b"* 2 FETCH (UID 4 BODY[]<0> {300}\r\n%s)\r\n" % huge[:300]
    with OddImap(MAILS | {4: huge}, odd={4: beginning}) as imap:
        mails = [m for batch in channel_of(imap).fetch({}) for m in batch.messages]
    assert [m.body for m in mails] == [mail(3), huge[:300], mail(5)]
    assert [bool(m.reason) for m in mails] == [False, True, False]
    assert not any("BODY.PEEK[])" in line and " 4 " in line for line in imap.said)


def test_a_server_that_lies_about_the_size_cannot_fill_the_memory():
    lie = b"* 2 FETCH (UID 4 BODY[] {99999999999}\r\nxxx"
    with OddImap(MAILS, odd={4: lie}) as imap, pytest.raises(NotFetched, match="99999999999"):
        look(channel_of(imap))


def test_portions_are_bounded_in_weight_and_number():
    heavy = dict.fromkeys(range(1, 6), reading.BUDGET // 2)
    assert list(reading.portions(heavy, alone=set())) == [[1, 2], [3, 4], [5]]
    light = dict.fromkeys(range(1, 121), 10)
    assert [len(p) for p in reading.portions(light, alone=set())] == [50, 50, 20]
    assert list(reading.portions({1: 1, 2: 1, 3: reading.LARGEST + 1, 4: 1}, alone={1})) == [[1], [2], [3], [4]]


@pytest.fixture
def quick(monkeypatch):
    """Look up often."""
    monkeypatch.setattr("sportello.channels.email.wire.LOOK_UP", 0.05)


def waited(imap, **answers):
    """Fetch once and wait for half a minute, or half a second when nothing comes: how long it really took."""
    imap.answers = answers
    channel = channel_of(imap)
    list(channel.fetch({}))
    began = time.monotonic()
    channel.wait(30, cancelled=lambda: time.monotonic() > began + 0.5)
    channel.close()
    return time.monotonic() - began


@pytest.mark.parametrize(
    "answers",
    [
        {"UID SEARCH": "* SEARCH\r\n* 4 EXISTS\r\nTAG OK done"},
        {"IDLE": "* 4 EXISTS\r\n+ idling"},
        {"IDLE": "+ idling\r\n* 4 EXISTS"},
        {"IDLE": "+ idling\r\n* 1 RECENT\r\n* 4 EXISTS"},
    ],
)
@pytest.mark.usefixtures("quick")
def test_news_is_heard_whenever_it_is_told(answers):
    with OddImap(MAILS) as imap:
        assert waited(imap, **answers) < 0.4


@pytest.mark.parametrize("chatter", ["* OK Still here", "* 2 EXPUNGE", "* 1 FETCH (FLAGS (\\Seen))"])
@pytest.mark.usefixtures("quick")
def test_chatter_is_not_news(chatter):
    with OddImap(MAILS) as imap:
        assert waited(imap, IDLE=f"+ idling\r\n{chatter}") > 0.45


def test_a_server_that_closes_the_line_while_we_listen():
    with OddImap(MAILS) as imap, pytest.raises(NotFetched, match="going down") as failure:
        waited(imap, IDLE="+ idling\r\n* BYE going down")
    assert not failure.value.permanent


def test_a_server_that_does_not_listen_after_all():
    with OddImap(MAILS) as imap, pytest.raises(NotFetched, match="not now"):
        waited(imap, IDLE="TAG NO not now")


def test_a_server_without_idle_is_looked_at_again_after_a_while(monkeypatch):
    monkeypatch.setattr("sportello.channels.email.channel.POLL", 0.2)
    with OddImap(MAILS, idle=False) as imap:
        assert 0.2 <= waited(imap) < 1
    assert not any("IDLE" in line for line in imap.said)
