"""The reader is killed again and again in the middle of its work: nothing is lost, nothing is there twice."""

import time

import pytest

from tests.installation import kill

MAILS = 600

FILL = f"""
import json
from sportello.channels.models import Inbox
from sportello.channels.storing import store
inbox = Inbox.objects.create(kind="email", name="Assistenza", address="info@shop.example")
def line(n):
    person = {{"id": f"m{{n}}", "from": f"c{{n % 50}}@posta.example", "text": f"Ordine {{n}}"}}
    if n >= 50:
        person["in_reply_to"] = f"m{{n - 50}}"
        person["references"] = [f"m{{earlier}}" for earlier in range(n % 50, n, 50)]
    return json.dumps(person).encode()
store(inbox.pk, [(f"m{{n}}", line(n)) for n in range({MAILS})])
"""

READ = """
from django.conf import settings
settings.CHANNELS = {"email": "sportello.testing.Channel"}
from sportello.channels.models import Delivery
from sportello.conversations import intake
# The lease of a dead reader is over; and that it died again is the doing of this test, not of a mail.
Delivery.objects.update(leased_until=None, attempts=0)
print("reading", flush=True)
intake.read_waiting.call()
"""

COUNT = """
from sportello.channels.models import Delivery
from sportello.conversations.models import Conversation, Message
from sportello.conversations.summary import refresh
from sportello.events.models import Event
def copied(c):
    return c.preview, c.message_count, c.waiting_since, c.unread
wrong = 0
for conversation in Conversation.objects.all():
    before = copied(conversation)
    refresh(conversation)
    wrong += before != copied(conversation)
print(
    Delivery.objects.filter(state="read").count(),
    Message.objects.count(),
    Message.objects.values("external_id").distinct().count(),
    Conversation.objects.count(),
    Event.objects.filter(name="message.received").count(),
    wrong,
)
"""


@pytest.mark.parametrize("moments", [[0.02, 0.05, 0.11, 0.04, 0.15, 0.08, 0.03]])
def test_killed_again_and_again_every_mail_is_read_once(shop, moments):
    shop.python(FILL)
    for moment in moments:
        reader = shop.start(READ, stdout=-1)
        assert reader.stdout.readline() == b"reading\n"
        time.sleep(moment)  # the kill must fall at some moment of the work: this is the fault itself, not a wait
        kill(reader)
        reader.stdout.close()
    shop.python(READ)
    # Fifty people with twelve mails each, every one an answer to the one before: fifty conversations.
    assert shop.python(COUNT) == f"{MAILS} {MAILS} {MAILS} 50 {MAILS} 0"
