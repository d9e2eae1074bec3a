"""Conversations written by hand, one file each in `content/stars/`: the difficult ones, and those of the picture."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from .goods import by_sku
from .orders import Line, Order, Parcel
from .people import Person
from .story import Thread, Turn
from .words import CONTENT, fill

STAR = "giulia"  # Whose order is TT-10482.

REVIEWS = Person("Recensioni Verificate", "", "f", "notifiche@recensioni-verificate.example")


@dataclass(frozen=True)
class Known:
    """What is written about a person beyond their mails."""

    person: Person
    since: datetime | None = None
    note: str = ""
    role: str = ""
    dead: bool = False
    identities: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Stars:
    """All of them. `orders` are numbered with those of the season, `earlier` have numbers of their own."""

    threads: list[Thread]
    known: list[Known]
    orders: list[Order]
    earlier: list[Order]

    @property
    def star(self) -> Order:
        return next(thread.order for thread in self.threads if thread.name == STAR and thread.order)


def stars() -> Stars:
    """Read them."""
    told = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in CONTENT.glob("stars/*.toml")}
    cast = {
        name: _known(story["person"]) for name, story in sorted(told.items()) if isinstance(story.get("person"), dict)
    }
    made = Stars([], list(cast.values()), [], [])
    for name, story in sorted(told.items()):
        _add(made, name, story, cast)
    made.threads.sort(key=lambda thread: thread.began)
    return made


def _add(made: Stars, name: str, story: dict[str, Any], cast: dict[str, Known]) -> None:
    person = cast[story.get("same_person", name)].person if story.get("person") != "reviews" else REVIEWS
    order = _order(story["order"], person) if "order" in story else None
    made.orders += [order] if order else []
    made.earlier += [_order(one, person) for one in story.get("earlier_orders", ())]
    colleagues = [_known(one | {"company": person.company, "city": person.city}) for one in story.get("colleagues", ())]
    made.known += colleagues
    made.threads.append(_thread(name, story, person, order, [person, *(one.person for one in colleagues)]))


def _known(told: dict[str, Any]) -> Known:
    names = Person.__dataclass_fields__
    person = Person(**{key: value for key, value in told.items() if key in names})
    more = {key: told[key] for key in ("since", "note", "role", "dead") if key in told}
    return Known(person, identities=[(kind, value) for kind, value in told.get("identities", ())], **more)


def _order(told: dict[str, Any], person: Person) -> Order:
    lines = [Line(by_sku()[sku], quantity) for sku, quantity in told["lines"]]
    parcels = [Parcel(**{"delivered": None} | parcel) for parcel in told.get("parcels", ())]
    refunded = Decimal(told.get("refunded", "0"))
    return Order(person, told["placed"], lines, parcels, number=told.get("number", ""), refunded=refunded)


def _thread(name: str, story: dict[str, Any], person: Person, order: Order | None, people: list[Person]) -> Thread:
    agent = story.get("assignee", "")
    thread = Thread(
        "star", person, story["subject"], [*_turns(story, people)], agent, story["team"], order=order, name=name
    )
    for key in ("number", "inbox", "assignee", "tags", "priority", "unread", "snoozed_until", "blocked", "spam"):
        setattr(thread, key, story.get(key, getattr(thread, key)))
    for key in ("drafts", "possibly_of", "twin_of"):
        setattr(thread, key, story.get(key, getattr(thread, key)))
    thread.happened = [(one["at"], one["name"], one["by"], one["data"]) for one in story.get("happened", ())]
    thread.closings = [(story["closed"], agent)] if "closed" in story else []
    return thread


def _turns(story: dict[str, Any], people: list[Person]) -> Iterator[Turn]:
    by_email = {person.email: person for person in people}
    for told in story["turns"]:
        files = [(kind, about) for kind, about in told.get("files", ())]
        plain = {
            key: told[key] for key in ("by", "note", "state", "reason", "auto", "cc", "bounce", "mail") if key in told
        }
        person = by_email[told["person"]] if "person" in told else people[0]
        turn = Turn(told["at"], told["text"].strip(), person=person, files=files, **plain)
        turn.auto = turn.auto or turn.by == "machine"
        yield turn


def name_the_orders(threads: list[Thread]) -> None:
    """Put the numbers into subjects and texts, once the orders have them."""
    for thread in threads:
        slots = {"order": thread.order.number if thread.order else ""}
        thread.subject = fill(thread.subject, slots)
        for turn in thread.turns:
            turn.text = fill(turn.text, slots)
