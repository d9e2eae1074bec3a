"""The same with the server that most of the world's mail lies on."""

import threading
import time

import pytest

from sportello.channels.base import NotFetched
from sportello.channels.email.channel import Channel

from .dovecot import BINARY, Dovecot
from .servers import mail
from .test_fetch import look

pytestmark = [pytest.mark.dovecot, pytest.mark.skipif(not BINARY, reason="Dovecot is not installed")]


@pytest.fixture(scope="module")
def server():
    with Dovecot() as server:
        yield server


@pytest.fixture
def channel(server):
    channel = Channel(server.settings)
    yield channel
    channel.close()


def test_mail_is_read_once_and_nothing_is_touched(server, channel):
    before = look(channel)[1]
    large = mail("large", body="riga di testo\r\n" * 400_000)
    for raw in (mail(1), large, mail(2)):
        server.put(raw)
    found, cursor = look(channel, before)
    assert found == [mail(1), large, mail(2)]
    assert look(channel, cursor) == ([], cursor)
    assert b"Seen" not in server.flags()


def test_news_is_heard_while_listening(server, channel):
    list(channel.fetch({}))
    news = threading.Timer(0.3, server.put, [mail("news")])
    news.start()
    began = time.monotonic()
    channel.wait(20, cancelled=lambda: False)
    assert time.monotonic() - began < 5
    news.join()


def test_a_folder_with_an_accent(server):
    server.put(mail("resi"), '"Qualit&AOA- &- resi"')
    assert look(Channel({**server.settings, "folder": "Qualità & resi"}))[0] == [mail("resi")]


def test_a_wrong_password(server):
    with pytest.raises(NotFetched, match="AUTHENTICATIONFAILED") as failure:
        look(Channel({**server.settings, "imap_password": "sbagliata"}))
    assert failure.value.permanent


def test_a_folder_that_is_not_there(server):
    with pytest.raises(NotFetched, match="Nessuna"):
        look(Channel({**server.settings, "folder": "Nessuna"}))
