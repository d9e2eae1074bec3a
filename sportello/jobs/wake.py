"""Wake the workers of this process when there is something to do, so that nothing waits for a poll."""

import threading
from weakref import WeakSet

_sleepers: WeakSet[threading.Event] = WeakSet()


def wake() -> None:
    """Tell every worker in this process that a job may be waiting."""
    for sleeper in tuple(_sleepers):
        sleeper.set()


def sleeper() -> threading.Event:
    """Return an event that `wake` sets."""
    event = threading.Event()
    _sleepers.add(event)
    return event
