"""A clock for tests, in the place of the module ``time``: a loaded machine does not make it run on."""

from __future__ import annotations

__all__ = ["Clock"]


class Clock:
    """Time that passes only when a test says so."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def perf_counter(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
