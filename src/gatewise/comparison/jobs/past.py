"""What a trained network makes of the past, on a task's test data."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.tasks.base import Scores, Settings, Task
from gatewise.errors import TrainingError
from gatewise.inspection.past import borrowed_past
from gatewise.verdict.evidence import Past
from gatewise.verdict.statistics import estimate
from gatewise.verdict.units import Units

__all__ = ["past_of", "without_past"]

# Own steps that are left: these shares of the longest sequence, in halves.
SIXTEENTHS = (1, 2, 4)
INSPECTED = 64


def without_past(task: Task, estimator: Any, settings: Settings, scores: Scores) -> tuple[Past, ...]:
    """Measure one model of the first fold with an eighth, a quarter and half of the longest sequence its own.

    Nothing where a sequence has fewer than three steps, where layers of two directions stand on each other (a
    state of the second has then read everything through the first), or where an error is no number.
    """
    network = estimator.networks_[0]
    layer = network.cell
    if layer.bidirectional and layer.num_layers > 1:
        return ()
    units = task.units().of_first_fold()
    found = []
    for steps in lags(network.tokens(task.sample(estimator, INSPECTED)).shape[1]):
        try:
            with ExitStack() as borrowed:
                for one in estimator.networks_:
                    borrowed.enter_context(borrowed_past(one, steps))
                errors = task.errors(estimator, 0, settings)
        except TrainingError:
            return ()
        found.append(past_of(steps, scores.units, errors, units))
    return tuple(found)


def lags(longest: int) -> list[int]:
    """Even numbers of steps, each less than the longest sequence."""
    return sorted({n for share in SIXTEENTHS if (n := 2 * max(1, share * longest // 16)) < longest})


def past_of(steps: int, whole: NDArray[np.float64], borrowed: NDArray[np.float64], units: Units) -> Past:
    """From errors of the same test units with their own and with another's past."""
    return Past(steps=steps, error=float(borrowed.mean()), rise=estimate([(borrowed - whole)[None]], units))
