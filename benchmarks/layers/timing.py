"""Times of calls within one process, and what is said of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["LONG_S", "Spread", "clock", "turn"]

# Below this a clock's own time, and its resolution, would show.
_SHORTEST_S = 200e-6
# Finding caches that others have filled costs a call some milliseconds, which show below this.
LONG_S = 0.3
_LEAST = 2


@dataclass(frozen=True)
class Spread:
    """Quartiles of some times, in seconds."""

    lower: float
    median: float
    upper: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """Of one or more times."""
        lower, median, upper = np.percentile(seconds, (25, 50, 75))
        return cls(float(lower), float(median), float(upper))


def turn(call: Callable[[], object], seconds: float) -> list[float]:
    """Seconds per call, measured for about as long as told.

    The first call finds caches that others have filled: it does not count, but at least two after it do. A
    long call is made once and counts. Calls too short for the clock are timed several at once.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        first = clock(call, 1)
        if first > LONG_S:
            return [first]
        calls = max(1, round(_SHORTEST_S / first))
        times: list[float] = []
        end = time.perf_counter() + seconds
        while len(times) < _LEAST or time.perf_counter() < end:
            times.append(clock(call, calls))
        return times
    finally:
        if collecting:
            gc.enable()


def clock(call: Callable[[], object], calls: int) -> float:
    """Seconds per call of so many calls."""
    begin = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - begin) / calls
