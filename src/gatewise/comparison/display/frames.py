"""What was measured as data frames, of the kind that the user works with."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pyarrow as pa

from gatewise.data.series import FrameKind
from gatewise.estimators.forecast.frames import to_kind
from gatewise.verdict.evidence import Candidate, Evidence

__all__ = ["best_first", "leaderboard", "trainings"]

# By the names that they have in the evidence, which say their unit.
COSTS: dict[str, Callable[[Candidate], float | int | None]] = {
    "fit_seconds": lambda c: c.cost.fit_seconds if c.cost else None,
    "predict_seconds": lambda c: c.cost.predict_seconds if c.cost else None,
    "step_latency_us": lambda c: c.step_latency_us,
    "parameters": lambda c: c.structure.parameters if c.structure else None,
    "model_bytes": lambda c: c.cost.model_bytes if c.cost else None,
    "state_bytes": lambda c: c.structure.state_bytes if c.structure else None,
    "peak_training_bytes": lambda c: c.memory.peak_training_bytes if c.memory else None,
}
WHOLE = {"parameters", "model_bytes", "state_bytes", "peak_training_bytes"}


def best_first(evidence: Evidence) -> list[Candidate]:
    """Return the candidates by their error, the lowest first; those that diverged come last."""
    return sorted(evidence.candidates, key=lambda c: c.fit.error.mean)


def leaderboard(evidence: Evidence, choice: str | None, kind: FrameKind | None) -> Any:
    """Return one row for each candidate, the best first; see :meth:`Comparison.leaderboard`."""
    ranked = best_first(evidence)
    errors = [c.fit.error for c in ranked]
    further = dict.fromkeys(name for c in ranked for name in c.fit.metrics if name != evidence.metric.name)
    columns = {
        "candidate": pa.array([c.name for c in ranked], pa.string()),
        "kind": pa.array([c.kind for c in ranked], pa.string()),
        "recommended": pa.array([c.name == choice for c in ranked]),
        "metric": pa.array([evidence.metric.name] * len(ranked), pa.string()),
        "error": pa.array([error.mean for error in errors], pa.float64()),
        "low": pa.array([error.low for error in errors], pa.float64()),
        "high": pa.array([error.high for error in errors], pa.float64()),
        **{name: pa.array([c.fit.metrics.get(name) for c in ranked], pa.float64()) for name in further},
        **{
            name: pa.array(map(of, ranked), pa.int64() if name in WHOLE else pa.float64())
            for name, of in COSTS.items()
        },
    }
    return to_kind(pa.table(columns), kind or _installed())


def trainings(evidence: Evidence, kind: FrameKind | None) -> Any:
    """Return one row for each error that was measured; see :meth:`Comparison.to_frame`."""
    rows = [
        (candidate.name, candidate.kind, fold, seed, unit, error)
        for candidate in evidence.candidates
        for fold, by_seed in enumerate(candidate.fit.units)
        for seed, by_unit in enumerate(by_seed)
        for unit, error in enumerate(by_unit)
    ]
    names = ("candidate", "kind", "fold", "seed", "unit", "error")
    types = (pa.string(), pa.string(), pa.int64(), pa.int64(), pa.int64(), pa.float64())
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    arrays = [pa.array(column, of) for column, of in zip(columns, types, strict=True)]
    return to_kind(pa.table(arrays, names=list(names)), kind or _installed())


def _installed() -> FrameKind:
    """Return the kind that is at hand: pandas, as most have it, polars, or pyarrow, which is always there."""
    if find_spec("pandas") is not None:
        return "pandas"
    return "polars" if find_spec("polars") is not None else "pyarrow"
