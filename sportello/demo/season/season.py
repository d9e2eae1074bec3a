"""A season of the shop: who bought what, who wrote about it, and what was said."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .clock import BEGINNING, REFERENCE, Clock, on_day
from .orders import Order, buy, number_them
from .people import LANGUAGES, People, Person
from .stars import Known, name_the_orders, stars
from .story import Thread
from .threads import Threads
from .topics import TOPICS
from .words import sections

SEED = 2009  # The year the shop was founded.
DAYS = (REFERENCE - BEGINNING).days
DAY_WEIGHT = (10, 10, 9, 9, 8, 7, 8)  # Monday first


@dataclass
class Season:
    """`known` says more about some of the people."""

    people: list[Person]
    orders: list[Order]
    threads: list[Thread]
    known: list[Known]


def tell(clock: Clock, *, conversations: int = 3000, seed: int = SEED) -> Season:
    """Return the same season each time for the same clock: about so many conversations, and the stars."""
    rng = random.Random(seed)  # noqa: S311 - a story, not a secret
    people = People(rng)
    customers = [people.meet(language) for language in LANGUAGES]  # However small the season, one of each.
    customers += [people.meet() for _ in range(int(conversations * 0.8) + 10)]
    colleagues = _companies(people, rng)
    orders = [buy(person, day, rng) for person, day in _purchases(customers, int(conversations * 1.7) + 20, rng)]
    written = stars()
    number_them(orders + written.orders, written.star)
    name_the_orders(written.threads)
    writer = Threads(rng, clock, colleagues)
    threads = [*_about_orders(writer, orders, conversations, rng)]
    threads += _about_other_things(writer, customers, colleagues, conversations, rng)
    threads += [writer.long(customers[0], 200), *written.threads]
    threads.sort(key=lambda thread: thread.began)
    everybody = [*customers, *(one for group in colleagues.values() for one in group)]
    everybody += [known.person for known in written.known]
    return Season(everybody, orders + written.orders + written.earlier, threads, written.known)


def _companies(people: People, rng: random.Random) -> dict[str, Sequence[Person]]:
    listed = (line.split(", ") for line in sections("names", "companies")["company"])
    return {
        company: [people.meet("it", company=company, city=city) for _ in range(rng.randint(2, 4))]
        for company, city in listed
    }


def _purchases(customers: Sequence[Person], count: int, rng: random.Random) -> Iterator[tuple[Person, datetime]]:
    """Some buy once, a few again and again; more and more towards winter, most at the beginning of the week."""
    weights = [rng.paretovariate(1.6) for _ in customers]
    for person in rng.choices(customers, weights, k=count):
        yield person, _moment(rng)


def _moment(rng: random.Random) -> datetime:
    while True:
        days = DAYS * rng.random() ** 0.75
        day = BEGINNING + timedelta(days=days)
        at = on_day(day, rng)
        if at < REFERENCE and rng.random() < DAY_WEIGHT[day.weekday()] / 10:
            return at


def _about_orders(writer: Threads, orders: Sequence[Order], conversations: int, rng: random.Random) -> Iterator[Thread]:
    """Deal the topics over the orders: each order has at most one conversation of these."""
    topics = [name for name, plan in TOPICS.items() if plan.after for _ in range(_share(plan.share, conversations))]
    rng.shuffle(topics)
    for order in rng.sample(orders, k=len(orders)):
        if not topics:
            return
        topic = topics[-1]
        began = _began(order, topic, rng)
        if began and writer.can(topic, order.person.language):
            yield writer.write(topics.pop(), order.person, began, order)


def _began(order: Order, topic: str, rng: random.Random) -> datetime | None:
    """When they write about this order, or None when there is no such moment yet."""
    plan = TOPICS[topic]
    if plan.after != "placed" and not order.parcels:
        return None
    moment = order.placed if plan.after == "placed" else getattr(order.parcel, plan.after)
    at = moment + timedelta(hours=rng.uniform(*plan.hours))
    at = at if 7 <= at.hour < 23 else at + timedelta(hours=9)
    return at if at < REFERENCE else None


def _about_other_things(
    writer: Threads,
    customers: Sequence[Person],
    colleagues: dict[str, Sequence[Person]],
    conversations: int,
    rng: random.Random,
) -> Iterator[Thread]:
    for topic, plan in TOPICS.items():
        for count in range(0 if plan.after else _share(plan.share, conversations)):
            crowd = _crowd(topic, customers, colleagues, rng)
            if topic == "product" and count < len(LANGUAGES):
                crowd = [customers[count]]
            able = [person for person in rng.sample(crowd, k=min(len(crowd), 60)) if writer.can(topic, person.language)]
            yield writer.write(topic, able[0], _moment(rng), None)


def _crowd(
    topic: str, customers: Sequence[Person], colleagues: dict[str, Sequence[Person]], rng: random.Random
) -> Sequence[Person]:
    """Who may write about it: a company's people about quotes, strangers about nothing we want."""
    if topic == "quote":
        return rng.choice([*colleagues.values()])
    if topic == "spam":
        return [_stranger(line) for line in sections("it", "spam")["sender"]]
    return customers


def _stranger(line: str) -> Person:
    name, _, email = line.partition(" | ")
    return Person(name, "", "f", email)


def _share(of_3000: int, conversations: int) -> int:
    return max(1, round(of_3000 * conversations / 3000))
