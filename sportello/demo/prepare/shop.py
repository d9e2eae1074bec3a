"""The shop around the conversations: its name, inboxes, teams, people and store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from sportello.agents.models import Agent, Team
from sportello.channels.models import Inbox
from sportello.commerce.models import Store
from sportello.conversations.models import Tag
from sportello.workspace.models import Brand, Workspace

from ..logins import DOMAIN, LOGINS, PASSWORD
from ..season.topics import TOPICS

NAME = "Terra e Tavola"
SIGNATURE = "<p>{name}<br>Terra e Tavola · Vietri sul Mare<br>lunedì–venerdì 9:00–18:30, sabato 9:30–13:00</p>"
INBOXES = {
    "assistenza": ("Assistenza", "Negozio"),
    "amministrazione": ("Amministrazione", "Amministrazione"),
    "aziende": ("Aziende", "Amministrazione"),
}
MORE_TAGS = ("azienda", "da richiamare")


@dataclass
class Shop:
    """Its rows, by the names the story uses."""

    agents: dict[str, Agent] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    inboxes: dict[str, Inbox] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    store: Store = field(default_factory=Store)


def open_shop(*, since: datetime, outgoing: Mapping[str, Any]) -> Shop:
    """Write the shop. `outgoing` is where its mail goes: the settings of every inbox."""
    Workspace.objects.create(pk=1, name=NAME, language="it", time_zone="Europe/Rome")
    brand = Brand.objects.create(name=NAME, website=f"https://{DOMAIN}")
    shop = Shop(store=Store.objects.create(slug="terraetavola", name=NAME, brand=brand, number_pattern="TT-#####"))
    for topic in TOPICS.values():
        if topic.team and topic.team not in shop.teams:
            shop.teams[topic.team] = Team.objects.create(name=topic.team)
    for key, (name, team) in INBOXES.items():
        address = f"{key}@{DOMAIN}"
        inbox = Inbox.objects.create(
            kind="email", name=name, address=address, brand=brand, settings={"address": address, **outgoing}
        )
        shop.teams[team].inboxes.add(inbox)
        shop.inboxes[key] = inbox
    _hire(shop, since)
    names = [*(topic.tag for topic in TOPICS.values() if topic.tag), *MORE_TAGS]
    shop.tags = {name: Tag.objects.create(name=name) for name in names}
    return shop


def _hire(shop: Shop, since: datetime) -> None:
    # One hash for all: hashing is made to be slow.
    hashed = make_password(PASSWORD)
    for login in LOGINS:
        agent = Agent(email=login.email, name=login.name, role=login.role, password=hashed, joined_at=since)
        agent.signature = SIGNATURE.format(name=login.name)
        agent.save()
        agent.teams.set([shop.teams[team] for team in login.teams])
        shop.agents[login.key] = agent
