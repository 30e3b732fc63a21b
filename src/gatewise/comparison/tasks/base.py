"""What a comparison needs to know of a task."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from gatewise.verdict.evidence import DataFacts, Examples, Metric

__all__ = ["Scores", "Settings", "Task"]


@dataclass(frozen=True)
class Settings:
    """What distinguishes one training from another.

    Attributes
    ----------
    cell : str
    hidden_size : int
    learning_rate : float
    steps : int
    seed : int
    amount : float
        Share of the training data that is used.
    length : float
        Share of the length of history or sequence that is seen.
    """

    cell: str
    hidden_size: int
    learning_rate: float
    steps: int
    seed: int
    amount: float = 1.0
    length: float = 1.0


@dataclass(frozen=True)
class Scores:
    """Errors of one fitted estimator on the test part of one fold.

    Attributes
    ----------
    units : float64 array, shape (units,)
        The deciding error of each test unit, the same units in the same order for every candidate.
    metrics : dict of str to float
    answers : array
        What pictures need: forecasts of the example windows, or predicted class numbers.
    """

    units: NDArray[np.float64]
    metrics: dict[str, float]
    answers: NDArray[Any] = field(default_factory=lambda: np.empty(0))


class Task(ABC):
    """One data set with its splits; picklable, handed to every worker."""

    metric: Metric
    folds: int
    default_hidden_size: int
    length_label: str
    # Learning rates that are tried first, the usual one before the others.
    first_rates: tuple[float, ...] = (3e-3, 1e-3, 8e-3)

    @abstractmethod
    def estimator(self, settings: Settings, *, members: int = 1) -> Any:
        """An unfitted estimator; cells are compared as single networks."""

    @abstractmethod
    def baselines(self) -> dict[str, tuple[str, Any]]:
        """Name to description and unfitted estimator, cheapest first."""

    @abstractmethod
    def fit(self, estimator: Any, fold: int, settings: Settings | None = None) -> None:
        """Fit on the training part of ``fold``."""

    @abstractmethod
    def fit_for_tuning(self, estimator: Any, fold: int, settings: Settings) -> float:
        """Fit on a part of the training part and return the loss on the rest of it."""

    @abstractmethod
    def fit_all(self, estimator: Any) -> None:
        """Fit on everything: for the model that is shipped."""

    @abstractmethod
    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:
        """Errors on the test part of ``fold``."""

    @abstractmethod
    def network(self, cell: str, hidden_size: int) -> nn.Module:
        """An untrained network of the size that this data set gives it."""

    @abstractmethod
    def sample(self, estimator: Any, count: int) -> Any:
        """A batch of ``count`` test units, some repeated where there are fewer, as the estimator's network takes it."""

    @abstractmethod
    def batch_size(self) -> int:
        """Windows or sequences of one training update."""

    @abstractmethod
    def members(self) -> int:
        """Networks in the model that is shipped."""

    @abstractmethod
    def default_steps(self) -> int:
        """Updates of one training with the default settings."""

    @abstractmethod
    def facts(self) -> DataFacts: ...

    @abstractmethod
    def examples(self, answers: dict[str, NDArray[Any]]) -> Examples:
        """Pictures from the answers of each candidate on fold 0."""

    def lengths_of_units(self) -> NDArray[np.int64] | None:
        """Length of the sequence behind each test unit of fold 0, where lengths differ; else ``None``."""
        return None
