"""Every address, visited by everybody: who comes in and who does not is what docs/roles.md says.

A new address fails here until it has a line in the table of docs/roles.md; one with a number in it also needs a
sample below: what stands in its place, made from the cast.
"""

import io
import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from PIL import Image

from sportello.agents import actions
from sportello.channels.base import File
from sportello.channels.models import Inbox
from sportello.commerce.models import Order, OrderFile, Store
from sportello.conversations import actions as conversation_actions
from sportello.conversations.models import Sending, Tag
from sportello.customers.models import Company
from sportello.jobs.models import Job
from sportello.lib.secrets import encrypt
from sportello.workspace.models import Brand

TABLE = Path(__file__).parent.parent / "docs" / "roles.md"
COMES_IN = {200, 201, 202, 204, 301, 302, 303, 400, 409, 422}
VISITORS = ("anybody", "guest", "agent", "supervisor", "admin")

# What stands for <…> in an address: the longest beginning that fits, then by name.
SAMPLES = {
    "/static/": {"version": "0000000000", "path": "ui/sprite.svg"},
    "/sign-in/password/": {"uidb36": "1", "key": "no-key"},
    "/invitations/": {"token": lambda cast: cast["token"]},
    "/settings/security/passkeys/": {"pk": 1},
    "/settings/people/": {"pk": lambda cast: cast["ben"].pk},
    "/settings/people/invitations/": {"pk": lambda cast: cast["invitation"].pk},
    "/settings/teams/": {"pk": lambda cast: cast["shipping"].pk},
    "/settings/shop/brands/": {"pk": lambda cast: cast["brand"].pk},
    "/settings/inboxes/": {"pk": lambda cast: cast["spare"].pk, "kind": "email"},
    "/settings/health/jobs/": {"pk": lambda cast: cast["dead"].pk},
    "/settings/quarantine/": {"pk": lambda cast: cast["unread"].pk},
    "/settings/tags/": {"pk": lambda cast: cast["tag"].pk},
    "/conversations/": {
        "pk": lambda cast: cast["conversation"].pk,
        "message": lambda cast: cast["answer"].pk,
        "tag_pk": lambda cast: cast["tag"].pk,
        "kind": "note",
    },
    "/conversations/messages/": {"pk": lambda cast: cast["answer"].pk},
    # Only one's own, and only what is not sent yet, can be taken off again.
    "/attachments/<pk>": {"pk": lambda cast: cast["drafted"].pk},
    "/attachments/<pk>/": {"pk": lambda cast: cast["picture"].pk, "size": "small", "name": "piatto.png"},
    "/customers/": {
        "pk": lambda cast: cast["giulia"].pk,
        "address": lambda cast: cast["giulia"].identities.last().pk,
        "company": lambda cast: cast["company"].pk,
    },
    "/orders/": {"pk": lambda cast: cast["order"].pk},
    "/settings/orders/stores/": {"pk": lambda cast: cast["order"].store_id},
    "/settings/orders/files/": {"pk": lambda cast: cast["order_file"].pk},
}
# What one must bring along to be let do something; elsewhere empty hands are enough.
BROUGHT = {"/conversations/<pk>/assignee": {"agent": "me"}}


def addresses(patterns=None, start="/"):
    """Every address of the desk, as it is written in the table."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = start + plain(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, address)
        else:
            yield address


def plain(pattern):
    named = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", pattern).replace("\\", "")
    return re.sub(r"<\w+:(\w+)>", r"<\1>", named).removeprefix("^").removesuffix("$")


def table():
    lines = re.findall(r"^\| `(/[^`]*)` \|(.*)\|$", TABLE.read_text(), flags=re.MULTILINE)
    return {
        address: {who for who, cell in zip(VISITORS, cells.split("|"), strict=True) if cell.strip() == "x"}
        for address, cells in lines
    }


def test_every_address_stands_in_the_table_and_no_other():
    there, written = set(addresses()), set(table())
    assert sorted(there - written) == [], f"write these into the table of {TABLE.name}: who may come in?"
    assert sorted(written - there) == [], f"these are no longer there: take them out of {TABLE.name}"


@pytest.fixture
def answer(conversation, ben):
    """What Ben answered: nobody can tell whether it left. With a look of its own, its original, and a picture."""
    delivery = conversation.inbox.deliveries.create(key="1", body=b"Subject: Re\r\n\r\n", size=15)
    said = {"kind": "out", "inbox": conversation.inbox, "author": ben, "html": "<p>Arriva.</p>", "delivery": delivery}
    answer = conversation.messages.create(text="Arriva.", external_id="answer@shop.example", **said)
    Sending.objects.create(message=answer, state="unknown")
    return answer


@pytest.fixture
def picture(conversation, answer, ben):
    drawn = io.BytesIO()
    Image.new("RGB", (2, 2)).save(drawn, "PNG")
    file = File(name="piatto.png", type="image/png", content=drawn.getvalue())
    picture = conversation_actions.attach(conversation, file, by=ben, kind="out")
    picture.message, picture.draft = answer, None
    picture.save()
    return picture


@pytest.fixture
def order(conversation, giulia):
    store = Store.objects.create(name="Terra e Tavola")
    told = {"number": "1001", "external_id": "1", "total": 58, "placed_at": timezone.now()}
    order = Order.objects.create(store=store, customer=giulia, **told)
    conversation.orders.add(order)
    return order


@pytest.fixture
def cast(anna, ben, shipping, conversation, giulia, answer, picture, order):
    """One of everything that an address may name."""
    giulia.identities.create(kind="email", value="giulia@altrove.example")
    company = Company.objects.create(name="Bottega")
    company.membership_set.create(customer=giulia)
    tag = Tag.objects.create(name="rotto")
    conversation.tags.add(tag)
    invitation, token = actions.invite("dora@shop.example", role="agent", by=anna)
    return {
        "ben": ben, "shipping": shipping, "giulia": giulia, "company": company, "order": order, "tag": tag,
        "conversation": conversation, "answer": answer, "picture": picture, "invitation": invitation, "token": token,
        "dead": Job.objects.create(task="sportello.jobs.jobs.prune", state="failed", finished_at=timezone.now()),
        "unread": conversation.inbox.deliveries.create(key="2", body=b"?", size=1, state="quarantined"),
        "brand": Brand.objects.create(name="Moka"),
        "order_file": OrderFile.objects.create(store=order.store, by=anna, name="ordini.csv", size=1),
        "spare": Inbox.objects.create(kind="email", name="Riserva", address="riserva@shop.example"),
    }  # fmt: skip


@pytest.fixture
def visitors(cast, make_agent, shipping):
    """A browser for each; everybody inside has an app and recovery codes."""
    clients = {"anybody": Client()}
    for role in VISITORS[1:]:
        agent = make_agent(f"{role.title()} Visitor", shipping, role=role)
        Authenticator.objects.create(user=agent, type="totp", data={"secret": encrypt("JBSWY3DPEHPK3PXP")})
        Authenticator.objects.create(user=agent, type="recovery_codes", data={"seed": encrypt("a1"), "used_mask": 0})
        clients[role] = Client()
        clients[role].force_login(agent)
        clients[role].agent = agent
    return clients


def filled(address, cast):
    """The address with samples for what is in <…>."""
    fits = sorted((start for start in SAMPLES if address.startswith(start)), key=len, reverse=True)

    def sample(match):
        name = match.group(1)
        values = [SAMPLES[start][name] for start in fits if name in SAMPLES[start]]
        assert values, f"{address}: say in SAMPLES what <{name}> may be"
        return str(values[0](cast) if callable(values[0]) else values[0])

    return re.sub(r"<(\w+)>", sample, address)


def visit(client, path, brought):
    """Go there; where one cannot just look, do the first thing that is allowed there."""
    answer = client.get(path)
    if answer.status_code == 405:
        verb = answer["Allow"].split(",")[0].strip().lower()
        answer = getattr(client, verb)(path, brought)
    return answer


def asks_to_sign_in(answer):
    location = answer.headers.get("Location", "").partition("?")[0]
    return answer.status_code == 401 or (answer.status_code == 302 and location == django_settings.LOGIN_URL)


@pytest.mark.parametrize("address", sorted(table()))
def test_who_comes_in(address, cast, visitors):
    for who, client in visitors.items():
        with transaction.atomic():
            note = File(name="nota.txt", type="text/plain", content=b"nota")
            writer = getattr(client, "agent", cast["ben"])
            cast["drafted"] = conversation_actions.attach(cast["conversation"], note, by=writer, kind="note")
            path = filled(address, cast)
            answer = visit(client, path, BROUGHT.get(address, {}))
            transaction.set_rollback(True)  # whatever one of them did, the next finds everything as it was
        seen = f"{who} at {path}: {answer.status_code} {answer.headers.get('Location', '')}"
        assert is_as_written(who, answer, welcome=who in table()[address]), seen


def is_as_written(who, answer, *, welcome):
    if welcome:
        return answer.status_code in COMES_IN and (who == "anybody" or not asks_to_sign_in(answer))
    return answer.status_code == 404 or (who == "anybody" and asks_to_sign_in(answer))
