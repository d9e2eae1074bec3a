"""Every page is told what concerns it, once, in bounded memory."""

import json

from hypothesis import given
from hypothesis import strategies as some

from sportello.realtime.hub import MOST_PENDING, Hub
from sportello.realtime.signals import Signal
from sportello.realtime.topics import Subscription


def signal(id, topic="conversation:1", *, seen_by=None):
    return Signal(id, "message.received", topic, {}, {"inbox": seen_by} if topic.startswith("conversation") else {})


def page(hub, *topics, agent=1, **feeds):
    return hub.join(Subscription(agent, frozenset(topics), feeds))


def heard(listener, position=0):
    """What would be sent now: (event, topic, id of the signal, id of the event or None)."""
    told = []
    for text in listener.take(position).decode().split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in text.split("\n"))
        data = json.loads(fields["data"])
        told.append((fields["event"], data.get("topic"), data.get("id"), int(fields["id"]) if "id" in fields else None))
    return told


def test_who_listens_hears_and_who_does_not_hears_nothing():
    hub = Hub()
    one, two = page(hub, "conversation:1"), page(hub, "conversation:2")
    hub.deliver([signal(5)])
    assert heard(one) == [("signal", "conversation:1", 5, 5)]
    assert heard(two) == [] and not two.wake.is_set()


def test_who_left_is_forgotten():
    hub = Hub()
    listener = page(hub, "conversation:1", inbox=None)
    hub.leave(listener)
    hub.deliver([signal(5)])
    assert heard(listener) == [] and not hub.listeners and not hub._by_name


def test_a_list_is_told_once_and_only_of_what_its_reader_sees():
    hub = Hub()
    ben, cleo = page(hub, inbox=frozenset({"team:1", "agent:1"})), page(hub, inbox=frozenset({"team:2"}))
    hub.deliver([signal(id, seen_by=frozenset({"team:1"})) for id in range(1, 9)])
    assert heard(ben) == [("signal", "inbox", 8, 8)]
    assert heard(cleo) == []
    hub.deliver([signal(9, seen_by=None)])
    assert heard(cleo) == [("signal", "inbox", 9, 9)]


def test_one_that_comes_late_does_not_set_the_page_back():
    hub = Hub()
    listener = page(hub, "conversation:1")
    hub.deliver([signal(7)])
    assert heard(listener) == [("signal", "conversation:1", 7, 7)]
    hub.deliver([signal(6)])
    assert heard(listener) == [("signal", "conversation:1", 6, None)]


def test_what_was_caught_up_is_not_told_again_by_the_reader():
    hub = Hub()
    listener = page(hub, "conversation:1")
    listener.offer_missed([signal(5), signal(6)])
    assert [told[2] for told in heard(listener, position=4)] == [5, 6]
    hub.deliver([signal(5), signal(6), signal(7)], position=7)
    assert [told[2] for told in heard(listener, position=7)] == [7]


def test_who_is_too_slow_reads_everything_again():
    hub = Hub()
    listener = page(hub, "conversation:1")
    hub.deliver([signal(id) for id in range(1, MOST_PENDING + 2)])
    assert heard(listener, position=MOST_PENDING + 1) == [("reset", None, None, MOST_PENDING + 1)]


def test_what_passes_is_told_without_a_number():
    hub = Hub()
    listener = page(hub, "conversation:1")
    hub.deliver([Signal(0, "typing", "conversation:1", {"agent": 7})])
    assert heard(listener) == [("signal", "conversation:1", 0, None)]


def test_a_change_of_an_agent_asks_their_pages_again_and_nobody_elses():
    hub = Hub()
    ben, cleo = page(hub, "conversation:1", agent=1), page(hub, "conversation:1", agent=11)
    hub.deliver([signal(5, "agent:1")])
    assert (ben.recheck, cleo.recheck) == (True, False)


ids = some.integers(1, 60)


@given(some.lists(some.tuples(some.lists(ids, max_size=8), some.booleans()), max_size=30))
def test_every_signal_is_told_once_however_it_comes(steps):
    """Batches in any order, with repeats while they wait, and looks in between."""
    hub, told, offered = Hub(), [], set()
    listener = page(hub, "conversation:1")
    for batch, look in steps:
        fresh = [id for id in batch if id not in {id for _, _, id, _ in told}]
        offered.update(fresh)
        hub.deliver([signal(id) for id in fresh])
        if look:
            told += heard(listener)
    told += heard(listener)
    assert sorted(id for _, _, id, _ in told) == sorted(offered)
    numbers = [number for *_, number in told if number]
    assert numbers == sorted(set(numbers))
