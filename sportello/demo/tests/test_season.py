"""The story is the same every time, hangs together, and does not repeat itself."""

import random
import re
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from sportello.demo.season.clock import MIDNIGHT, REFERENCE, SHOP_ZONE, Clock, at_the_counter, is_open
from sportello.demo.season.goods import catalogue
from sportello.demo.season.people import People
from sportello.demo.season.season import tell
from sportello.demo.season.slots import dated, slots
from sportello.demo.season.topics import AGENTS
from sportello.demo.season.voices import slip
from sportello.demo.season.words import CONTENT, SLOT, Words, sections

THEN = Clock(REFERENCE.replace(tzinfo=SHOP_ZONE))
NAMED_ELSEWHERE = {"order", "placed", "promised", "days", "newday", "review"}


@pytest.fixture(scope="module")
def season():
    return tell(THEN, conversations=300)


def words_of(season):
    return [(turn.at, turn.text) for thread in season.threads for turn in thread.turns]


def test_the_same_story_twice(season):
    again = tell(THEN, conversations=300)
    assert words_of(again) == words_of(season)
    assert [(one.number, one.state, one.total) for one in again.orders] == [
        (one.number, one.state, one.total) for one in season.orders
    ]


def test_another_seed_is_another_story(season):
    assert words_of(tell(THEN, conversations=300, seed=1)) != words_of(season)


def test_nothing_lies_in_the_future_and_everything_in_order(season):
    for thread in season.threads:
        times = [turn.at for turn in thread.turns]
        assert times == sorted(times)
        assert times[-1] <= REFERENCE


def test_we_answer_when_the_shop_is_open(season):
    answers = [turn for thread in season.threads for turn in thread.turns if turn.by in AGENTS and not turn.note]
    assert len(answers) > 300
    assert not [turn for turn in answers if not is_open(turn.at)]


def test_no_slot_is_left_open(season):
    assert not [text for _at, text in words_of(season) if re.search(r"[{}¶↵]| => | :: ", text)]


def test_no_two_of_a_hundred_rows_in_a_row_begin_alike(season):
    told_once = [thread for thread in season.threads if not thread.twin_of and not thread.turns[-1].mail]
    latest = sorted(told_once, key=lambda thread: thread.turns[-1].at)[-100:]
    previews = [thread.turns[-1].text[:120] for thread in latest]
    assert max(Counter(previews).values()) <= 2
    assert not [1 for one, two in pairwise(previews) if one == two]


def test_all_languages_and_topics_are_there(season):
    assert {thread.person.language for thread in season.threads} == {"it", "en", "de", "fr", "es"}
    assert len({thread.topic for thread in season.threads}) == 16


def test_the_order_agrees_with_what_was_said(season):
    for thread in season.threads:
        said = [turn.section for turn in thread.turns]
        if thread.topic == "late" and said == ["first"]:
            assert "delivered" not in {parcel.state_at(thread.began) for parcel in thread.order.parcels[-1:]}
        if "confirm refund" in said and thread.topic == "late":
            assert thread.order.state == "refunded"
        if "answer lost" in said:
            assert "lost" in {parcel.state for parcel in thread.order.parcels}


@pytest.mark.parametrize("path", sorted(CONTENT.glob("??/*.txt")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_slot_is_known(path):
    language, rng = path.parent.name, random.Random(1)
    person = People(rng).meet(language)
    known = set(slots(person, catalogue()[0], None, agent=("Elena", "f"), rng=rng)) | NAMED_ELSEWHERE
    assert set(SLOT.findall(path.read_text())) <= known
    assert all(sections(language, path.stem).values())


def test_main_topics_have_a_hundred_and_fifty_sentences_or_near():
    sizes = {topic: sum(map(len, sections("it", topic).values())) for topic in ("late", "damaged", "product", "return")}
    assert sizes["late"] > 230
    assert sizes["damaged"] > 150
    assert sum(sizes.values()) > 600


def test_a_deck_is_dealt_to_the_end_before_it_is_shuffled_again():
    words = Words(random.Random(3))
    deck = sections("it", "late")["answer"]
    dealt = [words.deal("it", "late", "answer") for _ in deck]
    assert sorted(dealt) == sorted(deck)


def test_the_last_morning_keeps_its_age_and_older_days_their_hour():
    now = (REFERENCE + timedelta(days=100, hours=11, minutes=7)).replace(tzinfo=SHOP_ZONE)
    clock = Clock(now)
    assert now - clock.shift(REFERENCE - timedelta(minutes=84)) == timedelta(minutes=84)
    older = clock.shift(MIDNIGHT - timedelta(hours=6))
    assert (older.hour, older.minute) == (18, 0)
    assert older < clock.shift(MIDNIGHT)


def test_after_closing_time_we_answer_the_next_day_and_never_on_sunday():
    saturday_night = REFERENCE.replace(day=21, hour=20)
    assert at_the_counter(saturday_night, random.Random(1)).date().isoformat() == "2026-11-23"


def test_a_slip_is_one_letter():
    rng = random.Random(5)
    assert slip("ciao", rng) != "ciao"
    assert slip("di", rng) == "di"


def test_dates_are_said_in_the_calendar_of_the_present():
    order = tell(THEN, conversations=30).orders[0]
    later = Clock((REFERENCE + timedelta(days=3)).replace(tzinfo=SHOP_ZONE))
    rng = random.Random(1)
    now, then = (dated(order, order.placed, order.person, clock, rng)["placed"] for clock in (THEN, later))
    assert now != then
