"""Errors against the amount of training data, and against the length of what is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.jobs.job import Result
from gatewise.comparison.planning.plan import counted
from gatewise.comparison.running.outcome import Outcome
from gatewise.comparison.tasks.base import Settings, Task
from gatewise.verdict.evidence import Curve, Estimate, Point
from gatewise.verdict.statistics import estimate
from gatewise.verdict.units import Units

__all__ = ["by_amount", "by_length"]

Errors = list[NDArray[np.float64]]
FEWEST_IN_BIN = 10
MOST_BINS = 5


def by_amount(task: Task, outcome: Outcome, name: str, errors: Errors, units: Units) -> Curve | None:
    """Error against the amount of training data; ``None`` where it was not measured."""
    if not errors:
        return None
    measured = _Measured(units, task.metric.is_share)
    points = measured.points(outcome.of(name, "amount"), lambda settings: settings.amount)
    if not points:
        return None
    return Curve(
        label="share of the training data",
        method="trained anew on a part of the training data (part of the series or sequences where there are many, "
        f"else the latest rows), tested on the same test data; {_seeds(outcome, errors)}",
        points=(*points, Point(x=1.0, y=measured.error(errors[0]))),
    )


def by_length(task: Task, outcome: Outcome, name: str, errors: Errors, units: Units) -> Curve | None:
    """Error against the length of sequence or history; ``None`` where it was not measured."""
    if not errors:
        return None
    measured = _Measured(units, task.metric.is_share)
    lengths = task.lengths_of_units()
    if lengths is not None and len(lengths) == errors[0].shape[1]:
        points = measured.by_bins(lengths, errors[0])
        method = "error on test sequences of about that length, bins of equal numbers"
        return Curve(label=task.length_label, method=method, points=points) if len(points) > 1 else None
    points = measured.points(outcome.of(name, "length"), lambda settings: settings.length)
    if not points:
        return None
    return Curve(
        label=f"share of the {task.length_label}",
        method=f"trained and tested anew with only the end of each window or sequence; {_seeds(outcome, errors)}",
        points=(*points, Point(x=1.0, y=measured.error(errors[0]))),
    )


def _seeds(outcome: Outcome, errors: Errors) -> str:
    """How many networks stand behind a point; the last point is that of the comparison itself."""
    return f"{counted(outcome.plan.curve_seeds, 'seed')} per point, {len(errors[0])} at the last"


@dataclass(frozen=True)
class _Measured:
    """Errors on test units of the first fold, or on some of them, with their intervals."""

    units: Units
    share: bool

    def error(self, errors: NDArray[np.float64], places: NDArray[np.int64] | None = None) -> Estimate:
        kept = errors if places is None else errors[:, places]
        of = None if places is None else [int(place) for place in places]
        return estimate([kept], self.units.of_first_fold(of), share=self.share)

    def by_bins(self, lengths: NDArray[np.int64], errors: NDArray[np.float64]) -> tuple[Point, ...]:
        bins = min(MOST_BINS, len(lengths) // FEWEST_IN_BIN, len(np.unique(lengths)))
        if bins < 2:
            return ()
        edges = np.unique(np.quantile(lengths, np.linspace(0, 1, bins + 1)))
        place = np.clip(np.searchsorted(edges, lengths, side="right") - 1, 0, len(edges) - 2)
        within = [np.flatnonzero(place == k) for k in range(len(edges) - 1)]
        return tuple(
            Point(x=float(f"{lengths[kept].mean():.3g}"), y=self.error(errors, kept))
            for kept in within
            if len(kept)
        )

    def points(self, results: list[Result], position: Callable[[Settings], float]) -> tuple[Point, ...]:
        """Errors of the results at each position, in order."""
        by_position: dict[float, list[NDArray[np.float64]]] = {}
        for result in results:
            if result.scores is not None and result.job.settings is not None:
                by_position.setdefault(position(result.job.settings), []).append(result.scores.units)
        return tuple(Point(x=x, y=self.error(np.stack(units))) for x, units in sorted(by_position.items()))
