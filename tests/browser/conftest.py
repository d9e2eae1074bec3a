"""A real desk in a real browser: `sportello serve` in a process of its own, and Chromium in front of it.

Every page is watched: a violation of the content policy, an error in the console or a failed request fails the test.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sportello.lib.testing import eventually, free_port
from tests.installation import Installation

# Milliseconds until a story gives up. How fast things are is measured by bin/bench, not here.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

CAST = """
from sportello.agents.models import Agent, Team
from sportello.channels.models import Inbox
from sportello.workspace.models import Workspace
Workspace.objects.update_or_create(pk=1, defaults={"name": "Terra e Tavola"})
shipping = Team.objects.create(name="Spedizioni")
inbox = Inbox.objects.create(kind="email", name="Assistenza", address="info@shop.example")
shipping.inboxes.add(inbox)
for name, role in (("Anna Riva", "admin"), ("Ben Costa", "agent")):
    agent = Agent.objects.create_user(f"{name.split()[0].lower()}@shop.example", "banco-banco-1", name=name, role=role)
    agent.teams.add(shipping)
"""

WRITES = """
import sys
from sportello.channels.models import Inbox
from sportello.conversations.models import Attachment, Conversation, Message
from sportello.conversations.summary import refresh
from sportello.customers.models import Customer, Identity
from sportello.events.record import record
name, subject, text, html, pk = sys.argv[1:]
address = name.split()[0].lower() + "@posta.example"
inbox = Inbox.objects.get()
identity = Identity.objects.filter(value=address).select_related("customer").first()
if identity is None:
    customer = Customer.objects.create(name=name, language="it")
    identity = customer.identities.create(kind="email", value=address)
conversation = Conversation.objects.filter(pk=int(pk)).first() or Conversation.objects.create(
    subject=subject, inbox=inbox, customer=identity.customer, team=inbox.teams.get(), unread=True)
message = Message.objects.create(conversation=conversation, inbox=inbox, kind="in", identity=identity, text=text,
    html=html, external_id=f"{conversation.pk}-{Message.objects.count()}@posta.example", subject=subject,
    parties={"from": {"name": name, "address": address}, "to": [{"name": "", "address": inbox.address}]})
refresh(conversation)
record("message.received", conversation, message=message.pk)
print(conversation.pk)
"""

SESSION = """
import sys
from django.conf import settings
from django.test import Client
from sportello.agents.models import Agent
client = Client()
client.force_login(Agent.objects.get(email=sys.argv[1] + "@shop.example"))
print(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)
"""

# Told to us by the browser itself, whatever the console says.
WATCH = (
    "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
)


class Desk:
    """A running desk: where it is, who may enter, and customers who write to it."""

    def __init__(self, installation: Installation, address: str):
        self.installation = installation
        self.address = address
        self.cookies: dict[str, dict[str, str]] = {}

    def written(self, name: str, subject: str, text: str, *, html: str = "", conversation: int = 0) -> int:
        """A customer writes; return the number of the conversation."""
        return int(self.installation.python(WRITES, name, subject, text, html, str(conversation)))

    def python(self, code: str, *arguments: str) -> str:
        return self.installation.python(code, *arguments)

    def cookie(self, who: str) -> dict[str, str]:
        """The cookie of somebody who has signed in."""
        if who not in self.cookies:
            name, value = self.python(SESSION, who).split()
            self.cookies[who] = {"name": name, "value": value, "url": self.address}
        return self.cookies[who]


@contextmanager
def open_desk(folder: Path, *options: str, **environment: str) -> Iterator[Desk]:
    """A desk of its own, with the cast, for as long as the block lasts. `options` go to `sportello serve`."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    installation = Installation(folder, SPORTELLO_URL=address, **environment)
    installation.python(CAST)
    with installation.running("serve", "--port", str(port), *options):
        eventually(lambda: _answers(address), within=30, every=0.2)
        yield Desk(installation, address)


@pytest.fixture(scope="session")
def desk(_migrated, tmp_path_factory) -> Iterator[Desk]:
    """The desk that most stories share."""
    folder = shutil.copytree(_migrated, tmp_path_factory.mktemp("desk"), dirs_exist_ok=True)
    with open_desk(folder, "--no-services", SPORTELLO_UNDO_SECONDS="20") as desk:
        yield desk


def _answers(address: str) -> bool:
    with suppress(httpx2.TransportError):
        return httpx2.get(f"{address}/sign-in/", timeout=5).is_success
    return False


class Watched:
    """What a page complained of. `allow` takes back what a test provokes on purpose."""

    def __init__(self):
        self.complaints: list[str] = []
        self.allowed: list[str] = []

    def allow(self, part: str) -> None:
        self.allowed.append(part)

    def watch(self, page: Page) -> None:
        page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def check(self) -> None:
        left = [one for one in self.complaints if not any(part in one for part in self.allowed)]
        assert not left, json.dumps(left, indent=1)


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched()
    yield watched
    watched.check()


@pytest.fixture
def open_as(chromium, desk, watched):
    """Open a browser window for somebody: `open_as("ben", "/conversations/", width=390)`."""
    contexts: list[BrowserContext] = []

    def opened(who: str, path: str, *, width: int = 1440, height: int = 900, **options) -> Page:
        viewport = {"width": width, "height": height}
        context = chromium.new_context(base_url=desk.address, viewport=viewport, locale="it-IT", **options)
        contexts.append(context)
        if who:
            context.add_cookies([desk.cookie(who)])
        context.add_init_script(WATCH)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        watched.watch(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
