"""How far a process has read the events, although on PostgreSQL a lower id may commit after a higher one."""

from collections import deque
from collections.abc import Iterable

PATIENCE = 60.0
MOST_MISSING = 500
LATE_FOR = 60.0


class Position:
    """`high`: the highest id read. `missing`: lower ones that may still come. Times in seconds, of any one clock."""

    def __init__(self, high: int = 0):
        self.high = high
        self.missing: dict[int, float] = {}
        self._late: deque[tuple[float, int]] = deque(maxlen=MOST_MISSING)

    def advance(self, ids: Iterable[int], now: float) -> list[int]:
        """Take ids that were read, in any order; return those read for the first time, ascending."""
        fresh = sorted(id for id in set(ids) if id > self.high or id in self.missing)
        for id in fresh:
            if id < self.high:
                self._late.append((now, id))
            self.missing.pop(id, None)
        above = [id for id in fresh if id > self.high]
        if above:
            expected = range(max(self.high + 1, above[-1] - MOST_MISSING), above[-1])
            self.missing |= dict.fromkeys(set(expected).difference(above), now)
            self.high = above[-1]
        self._forget(now)
        return fresh

    def late(self, now: float) -> list[int]:
        """Ids that came after higher ones in the last minute: a page made in between may not have them."""
        return [id for at, id in self._late if now - at < LATE_FOR]

    def doubt(self, ids: Iterable[int], now: float) -> None:
        """Take these as late: nobody watched when they came."""
        self._late.extend((now, id) for id in ids)

    def _forget(self, now: float) -> None:
        """An id that does not come belongs to a transaction that was rolled back."""
        kept = [(id, at) for id, at in self.missing.items() if now - at < PATIENCE]
        self.missing = dict(sorted(kept)[-MOST_MISSING:])
