"""The sender is killed in the middle of talking to a mail server: the mail leaves once, or a person is asked."""

from tests.installation import kill
from tests.postbox import Postbox

ANSWER = """
import sys
from datetime import timedelta
from django.utils import timezone
from sportello.agents.models import Agent
from sportello.channels.models import Inbox
from sportello.channels.base import Inbound, Party
from sportello.conversations import actions
ben = Agent.objects.create_user("ben@shop.example", name="Ben Costa")
inbox = Inbox.objects.create(
    kind="email", name="Assistenza", address="info@shop.example",
    settings={"smtp_host": "127.0.0.1", "smtp_port": int(sys.argv[1]), "smtp_security": "none"},
)
asked = actions.receive(inbox, Inbound("1@posta.example", Party("giulia@posta.example"), text="Dov'è?"))
to = [{"name": "", "address": "giulia@posta.example"}]
print(actions.reply(asked.conversation, by=ben, html="<p>Parte domani.</p>", to=to).pk)
"""

# Time passes: what a dead sender held is free again.
SEND = """
import sys
from datetime import timedelta
from django.utils import timezone
from sportello.conversations import delivery
from sportello.conversations.models import Sending
past = timezone.now() - timedelta(seconds=1)
Sending.objects.filter(leased_until__isnull=False).update(leased_until=past)
Sending.objects.update(due_at=past)
delivery.send.call(int(sys.argv[1]))
"""

# The server said 250, and the power fails before that is written down.
DIE_AFTER_250 = """
import os
from sportello.conversations import delivery
delivery._settle = lambda *facts: os.kill(os.getpid(), 9)
"""

STATE = """
from sportello.conversations.models import Conversation, Sending
print(Sending.objects.get().state, Conversation.objects.get().failed)
"""


def test_killed_before_it_handed_the_mail_over_it_is_sent_by_the_next(shop):
    with Postbox(waits_at="MAIL") as postbox:
        message = shop.python(ANSWER, str(postbox.port))
        sender = shop.start(SEND, message)
        assert postbox.asked.wait(30)
        kill(sender)
        assert postbox.mails == []
        shop.python(SEND, message)
        shop.python(SEND, message)
        assert len(postbox.mails) == 1
    assert shop.python(STATE) == "sent False"


def test_killed_while_the_server_thinks_about_it_a_person_is_asked_and_it_is_not_sent_again(shop):
    with Postbox(waits_at="DATA") as postbox:
        message = shop.python(ANSWER, str(postbox.port))
        sender = shop.start(SEND, message)
        assert postbox.asked.wait(30)
        kill(sender)
        shop.python(SEND, message)
        shop.python(SEND, message)
        assert len(postbox.mails) == 1
    assert shop.python(STATE) == "unknown True"


def test_killed_after_the_server_said_yes_a_person_is_asked_and_it_is_not_sent_again(shop):
    with Postbox() as postbox:
        message = shop.python(ANSWER, str(postbox.port))
        assert shop.start(DIE_AFTER_250 + SEND, message).wait(30) == -9
        shop.python(SEND, message)
        assert len(postbox.mails) == 1
    assert shop.python(STATE) == "unknown True"
