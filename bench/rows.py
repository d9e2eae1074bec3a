"""What a bench returns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter


@dataclass(frozen=True)
class Row:
    """One figure. `unit` is of `value`, `limit` and `promise` alike; `p50` and `p95` are milliseconds.

    The promise is a floor for rates ("/s") and a ceiling for everything else (MiB, s, ms, lost).
    """

    figure: str
    value: float
    unit: str = "/s"
    limit: float | None = None
    promise: float | None = None
    p50: float | None = None
    p95: float | None = None

    @property
    def ratio(self) -> float | None:
        """The figure as a part of what this machine could do at most."""
        return self.value / self.limit if self.limit else None

    @property
    def kept(self) -> bool | None:
        """Whether the promise holds; None where nothing is promised."""
        if self.promise is None:
            return None
        return self.value >= self.promise if self.unit == "/s" else self.value <= self.promise


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many a second, of `count` done by calling `work` once."""
    began = perf_counter()
    work()
    return count / (perf_counter() - began)


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Return `p50` and `p95` in milliseconds of measured seconds, to give to a Row."""
    steps = quantiles(seconds, n=20, method="inclusive")
    return {"p50": steps[9] * 1000, "p95": steps[18] * 1000}
