"""Reading on, although ids may be committed out of their order: everything once, nothing left out."""

from hypothesis import given
from hypothesis import strategies as some

from sportello.realtime.position import LATE_FOR, PATIENCE, Position


def test_in_order_nothing_is_missing():
    position = Position(10)
    assert position.advance([11, 12, 13], now=0) == [11, 12, 13]
    assert (position.high, position.missing) == (13, {})


def test_one_that_comes_late_is_read_when_it_comes():
    position = Position(10)
    assert position.advance([11, 13], now=0) == [11, 13]
    assert list(position.missing) == [12]
    assert position.late(now=1) == []
    assert position.advance([12, 14], now=1) == [12, 14]
    assert (position.missing, position.late(now=2)) == ({}, [12])
    assert position.late(now=1 + LATE_FOR) == []


def test_what_was_read_is_not_read_again():
    position = Position(10)
    position.advance([11, 12], now=0)
    assert position.advance([9, 11, 12], now=1) == []


def test_one_that_was_rolled_back_is_not_waited_for_for_ever():
    position = Position(10)
    position.advance([12], now=0)
    position.advance([13], now=PATIENCE - 1)
    assert list(position.missing) == [11]
    position.advance([14], now=PATIENCE)
    assert position.missing == {}


def test_a_jump_over_a_million_ids_costs_nothing():
    position = Position(10)
    assert position.advance([1_000_010], now=0) == [1_000_010]
    assert len(position.missing) <= 500


def test_what_is_in_doubt_counts_as_late():
    position = Position(10)
    position.doubt([9, 10], now=0)
    assert position.late(now=1) == [9, 10]


@given(some.permutations(range(1, 40)), some.lists(some.integers(0, 5), max_size=60), some.sets(some.integers(1, 39)))
def test_every_event_is_read_once_in_whatever_order_they_commit(commits, pace, rolled_back):
    """The reader looks after each few commits, sees all there is above its place and all that it misses."""
    position, committed, read = Position(0), set(), []
    commits = [id for id in commits if id not in rolled_back]
    for steps in [*pace, len(commits)]:
        committed |= {commits.pop(0) for _ in range(min(steps, len(commits)))}
        seen = [id for id in committed if id > position.high or id in position.missing]
        read += position.advance(seen, now=0)
    assert sorted(read) == sorted(set(range(1, 40)) - rolled_back)
    assert len(read) == len(set(read))
