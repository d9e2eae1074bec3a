"""The cast of all tests.

Anna runs the shop (administrator), Ben answers in Spedizioni, Cleo answers in Fatture and is the stranger to Ben's
conversations. Giulia is a customer.
"""

import os
import shutil

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import sync_playwright

from sportello.agents.models import Agent, Team
from sportello.channels.models import Inbox
from sportello.conversations.models import Conversation, Message
from sportello.customers.models import Customer
from sportello.lib.testing import Server
from sportello.workspace.models import Workspace


def _no_skips(report):
    """With SPORTELLO_NO_SKIPS=1 what cannot run is a failure: in CI everything is there."""
    if os.environ.get("SPORTELLO_NO_SKIPS") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"Nothing may be skipped here: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return _no_skips((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return _no_skips((yield))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """On SQLite the tests too have a file: threads and other processes meet in it as they do in earnest."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # no test cuts the power


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    """Every test has its own folder for files."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DATA_DIR = tmp_path


@pytest.fixture(autouse=True)
def _memory(settings):
    """No test remembers another one's shop, nor its failed sign-ins: those of a test that runs beside it neither."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    Workspace.objects.forget()
    cache.clear()


@pytest.fixture
def shipping(db):
    return Team.objects.create(name="Spedizioni")


@pytest.fixture
def billing(db):
    return Team.objects.create(name="Fatture")


@pytest.fixture
def workspace(db):
    return Workspace.objects.create(pk=1, name="Terra e Tavola")


@pytest.fixture
def make_agent(db, workspace):
    def make(name, *teams, **fields):
        agent = Agent.objects.create_user(f"{name.split()[0].lower()}@shop.example", name=name, **fields)
        agent.teams.set(teams)
        return agent

    return make


@pytest.fixture
def anna(make_agent):
    return make_agent("Anna Riva", role="admin")


@pytest.fixture
def ben(make_agent, shipping):
    return make_agent("Ben Costa", shipping)


@pytest.fixture
def cleo(make_agent, billing):
    return make_agent("Cleo Neri", billing)


def _signed_in(agent):
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def anna_client(anna):
    return _signed_in(anna)


@pytest.fixture
def ben_client(ben):
    return _signed_in(ben)


@pytest.fixture
def cleo_client(cleo):
    return _signed_in(cleo)


@pytest.fixture
def inbox(shipping):
    inbox = Inbox.objects.create(kind="email", name="Assistenza", address="info@shop.example")
    shipping.inboxes.add(inbox)
    return inbox


@pytest.fixture
def giulia(db):
    giulia = Customer.objects.create(name="Giulia Ferraris", language="it")
    giulia.identities.create(kind="email", value="giulia@posta.example")
    return giulia


@pytest.fixture
def conversation(inbox, giulia, shipping):
    """Giulia wrote to Spedizioni and waits."""
    conversation = Conversation.objects.create(
        subject="Un piatto scheggiato",
        inbox=inbox,
        customer=giulia,
        team=shipping,
        unread=True,
        message_count=1,
    )
    Message.objects.create(
        conversation=conversation,
        created_at=conversation.created_at,
        inbox=inbox,
        kind="in",
        identity=giulia.identities.get(),
        text="Un piatto è arrivato scheggiato.",
        external_id="first@posta.example",
        subject="Un piatto scheggiato",
        parties={
            "from": {"name": "Giulia Ferraris", "address": "giulia@posta.example"},
            "to": [{"name": "", "address": "info@shop.example"}],
            "cc": [],
            "reply_to": [],
        },
    )
    Conversation.objects.filter(pk=conversation.pk).update(waiting_since=conversation.created_at)
    conversation.refresh_from_db()
    return conversation


@pytest.fixture(scope="module")
def _server(django_db_setup, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server")).start()
    yield server
    server.stop()


@pytest.fixture
def server(_server, transactional_db):
    """The desk as it is served, in a process of its own, over the database of this test."""
    return _server


@pytest.fixture(scope="session")
def chromium():
    """A real browser without a window."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not path:
        pytest.skip("Chromium is not installed: bin/services install")
    # Playwright keeps a loop in this thread; our own calls of the database are not in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium, server):
    """Open pages of the desk: `browse(ben)` is a tab of Ben's browser. What the page complains of fails the test."""
    contexts, complaints = [], []

    def open_tab(agent=None, path=None, **options):
        context = chromium.new_context(base_url=server.url, locale="it-IT", **options)
        contexts.append(context)
        if agent:
            name = django_settings.SESSION_COOKIE_NAME
            value = _signed_in(agent).cookies[name].value
            context.add_cookies([{"name": name, "value": value, "url": server.url}])
        tab = context.new_page()
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
        if path:
            tab.goto(path)
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert complaints == []
