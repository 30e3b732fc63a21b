"""The estimators that are measured, fitted and scored one after the other."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from benchmarks.results import Row

__all__ = ["CELLS", "GATED", "Candidate", "mean_of", "measure", "progress"]

CELLS = ("RNN", "LSTM", "GRU")
GATED = ("LSTM", "GRU")

E = TypeVar("E")


@dataclass(frozen=True)
class Candidate(Generic[E]):
    """One row of a table.

    Attributes
    ----------
    name : str
    build : callable
        From a seed to an estimator that is not fitted.
    seeded : bool
        Measured once per seed; once in all otherwise.
    """

    name: str
    build: Callable[[int], E]
    seeded: bool = True


def measure(
    candidate: Candidate[E], seeds: int, fit: Callable[[E], object], score: Callable[[E], dict[str, float]]
) -> Row:
    """Fit and score a candidate; ``seconds`` is the wall-clock time of one call of ``fit``."""
    runs = []
    for seed in range(seeds if candidate.seeded else 1):
        estimator = candidate.build(seed)
        begin = time.perf_counter()
        fit(estimator)
        seconds = time.perf_counter() - begin
        runs.append({**score(estimator), "seconds": seconds})
        shown = ", ".join(f"{name} {value:.4g}" for name, value in runs[-1].items())
        progress(f"{candidate.name}, seed {seed}: {shown}")
    return {"method": candidate.name, **{name: tuple(run[name] for run in runs) for name in runs[0]}}


def mean_of(rows: list[Row], method: str, column: str) -> float:
    """Mean over seeds of one number in the table."""
    value = next(row[column] for row in rows if row["method"] == method)
    return float(np.mean([float(one) for one in value]))


def progress(text: str) -> None:
    """One line on standard error."""
    print(text, file=sys.stderr, flush=True)
