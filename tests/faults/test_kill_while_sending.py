"""The sender is killed in the middle of talking to a mail server: the mail leaves once, or a person is asked."""

import asyncio
import threading

from aiosmtpd.smtp import SMTP

from sportello.channels.email.tests.servers import Loop
from tests.installation import kill

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


class Postbox(Loop):
    """A mail server that says when it is asked something, and then never answers that."""

    def __init__(self, waits_at: str = ""):
        self.waits_at = waits_at
        self.asked = threading.Event()
        self.mails: list[bytes] = []

    async def serve(self, stack) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", 0)
        stack.callback(server.close)
        self.port = server.sockets[0].getsockname()[1]

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        await self._wait("MAIL")
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope.content)
        await self._wait("DATA")
        return "250 OK"

    async def _wait(self, command: str) -> None:
        if command == self.waits_at:
            self.waits_at = ""
            self.asked.set()
            await asyncio.Event().wait()


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
