"""Which calls of a turn count."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from benchmarks.layers import timing
from benchmarks.layers.timing import Spread, turn


class Clock:
    """Time that passes only in calls."""

    def __init__(self) -> None:
        self.now, self.calls = 0.0, 0

    def perf_counter(self) -> float:
        return self.now

    def call(self, first: float, later: float) -> Callable[[], None]:
        """Takes so many seconds at first, and so many later."""

        def call() -> None:
            self.now += later if self.calls else first
            self.calls += 1

        return call


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timing, "time", clock)
    return clock


@pytest.mark.parametrize(
    ("first", "later", "times"),
    [
        (0.02, 0.01, [0.01] * 7),
        # The share of seconds has room for less than two of these.
        (0.05, 0.04, [0.04] * 2),
        (0.29, 0.25, [0.25] * 2),
        (0.31, 0.25, [0.31]),
    ],
)
def test_calls_are_measured_warm_unless_they_are_long(
    clock: Clock, first: float, later: float, times: list[float]
) -> None:
    assert turn(clock.call(first, later), 0.065) == pytest.approx(times)
    assert clock.calls == len(times) + (first < 0.3)


def test_short_calls_are_timed_several_at_once(clock: Clock) -> None:
    assert turn(clock.call(10e-6, 5e-6), 250e-6) == pytest.approx([5e-6] * 3)
    assert clock.calls == 1 + 3 * 20


def test_no_garbage_is_collected_in_between() -> None:
    seen = []
    turn(lambda: seen.append(gc.isenabled()), 0.0)
    assert not any(seen)
    assert gc.isenabled()


def test_quartiles() -> None:
    assert Spread.of([3.0, 1.0, 2.0]) == Spread(1.5, 2.0, 2.5)
