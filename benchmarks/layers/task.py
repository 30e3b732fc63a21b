"""What a contestant makes of a job: something to call, and to read results from."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from benchmarks.layers.inputs import Arrays
from benchmarks.layers.timing import turn

__all__ = ["Task", "fastest"]

_TRIAL_S = 0.05


@dataclass(frozen=True)
class Task:
    """One job, ready to run again and again.

    Attributes
    ----------
    call : callable
        What is timed; every call does the whole job and returns when it is done.
    read : callable
        From what a call returned to the results under the names of ``gate.expected``.
    context : callable
        Opens what all calls run in.
    keeps : object
        What must live as long as the task.
    """

    call: Callable[[], Any]
    read: Callable[[Any], Arrays]
    context: Callable[[], AbstractContextManager[object]] = nullcontext
    keeps: object = None

    def results(self) -> Arrays:
        """Call once and read."""
        with self.context():
            return self.read(self.call())

    def turn(self, seconds: float) -> list[float]:
        """Seconds per call, measured for about as long as told."""
        with self.context():
            return turn(self.call, seconds)


def fastest(ways: Sequence[Task]) -> Task:
    """The one to time, where a library has several ways to do the same."""
    return min(ways, key=lambda way: statistics.median(way.turn(_TRIAL_S)))
