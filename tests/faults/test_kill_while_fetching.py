"""The program is killed again and again while it fetches mail: nothing is lost, nothing is there twice."""

import json
import time

import pytest

from sportello.channels.email.tests.servers import ImapServer, mail
from tests.installation import Installation, kill

MAILS = 400

OPEN = """
from sportello.channels.models import Inbox
Inbox.objects.create(kind="email", name="Assistenza", address="info@shop.example", settings=%r)
"""

# Small portions: there are many moments at which to die.
FETCH = """
from sportello.channels.email import reading
from sportello.channels.fetching import fetch_inbox
from sportello.channels.models import Inbox
reading.MOST = 5
print("fetching", flush=True)
fetch_inbox(Inbox.objects.get().pk)
"""

COUNT = """
import json
from sportello.channels.models import Cursor, Delivery
from sportello.channels.storing import delivery_body
bodies = [delivery_body(d) for d in Delivery.objects.all()]
print(json.dumps([len(bodies), len(set(bodies)), Cursor.objects.get().value["uid"]]))
"""


@pytest.mark.parametrize("moments", [[0.05, 0.1, 0.02, 0.15, 0.08]])
def test_killed_again_and_again_every_mail_is_fetched_once(tmp_path, moments):
    shop = Installation(tmp_path)
    shop.sportello("migrate", "-v0")
    with ImapServer() as imap:
        for number in range(MAILS):
            imap.put(mail(number))
        shop.python(OPEN % {**imap.settings, "since": ""})
        for moment in moments:
            fetcher = shop.start(FETCH, stdout=-1)
            assert fetcher.stdout.readline() == b"fetching\n"
            time.sleep(moment)  # the kill must fall at some moment of the work: this is the fault itself, not a wait
            kill(fetcher)
            fetcher.stdout.close()
        shop.python(FETCH)
        last = 100 + MAILS
    assert json.loads(shop.python(COUNT).splitlines()[-1]) == [MAILS, MAILS, last]
