"""What a comparison needs to know of a task."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from sklearn.base import clone
from torch import nn

from gatewise.comparison.details.common import Answers
from gatewise.data.readers.task import Task as TaskName
from gatewise.errors import ConfigurationError
from gatewise.estimators.baseline import Baseline
from gatewise.estimators.extra import Extra
from gatewise.estimators.kinds import KINDS
from gatewise.nn import Cell
from gatewise.verdict.evidence import DataChecks, DataFacts, Details, Examples, Metric
from gatewise.verdict.units import Units

__all__ = ["Scores", "Settings", "Task", "timed"]

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Settings:
    """What distinguishes one training from another.

    Attributes
    ----------
    cell : str or Cell
    hidden_size : int
    learning_rate : float
    steps : int
    seed : int
        Of this training alone, made from the comparison's ``random_state``; see ``job_seed``.
    amount : float
        Share of the training data that is used.
    length : float
        Share of the length of history or sequence that is seen.
    held_out : int
        While a rate is tuned: which part of the training data it is chosen by, where the task has several.
    """

    cell: str | Cell
    hidden_size: int
    learning_rate: float
    steps: int
    seed: int
    amount: float = 1.0
    length: float = 1.0
    held_out: int = 0


@dataclass(frozen=True)
class Scores:
    """Errors of one fitted estimator on the test part of one fold.

    Attributes
    ----------
    units : float64 array, shape (units,)
        The deciding error of each test unit, the same units in the same order for every candidate.
    metrics : dict of str to float
    answers : dict of str to array
        What pictures and details need, each array as small as they can do with: forecasts of windows, probabilities of
        classes. Kept of the first training of each split.
    predict_seconds : float
        Wall clock of one answer, mean over those of the test part: a forecast, a sequence, a symbol.
    """

    units: NDArray[np.float64]
    metrics: dict[str, float]
    answers: dict[str, NDArray[Any]] = field(default_factory=dict)
    predict_seconds: float = 0.0


def timed(call: Callable[..., Answer], *arguments: Any) -> tuple[Answer, float]:
    """What a call returns, and the seconds that it took."""
    start = time.perf_counter()
    return call(*arguments), time.perf_counter() - start


class Task(ABC):
    """One data set with its splits; picklable, handed to every worker.

    Parameters
    ----------
    prototype : estimator
        An unfitted network's, which every training takes a copy of.
    random_state : int

    Attributes
    ----------
    name : str
        Of the kind of task.
    config : BaseModel
        Of the prototype; one network in each model unless it says how many.
    """

    name: ClassVar[TaskName]
    metric: Metric
    folds: int
    length_label: str
    # Learning rates that are tried first, the usual one of cells with gates before the others.
    first_rates: tuple[float, ...] = (3e-3, 1e-3, 8e-3)

    # A copy of the prototype that has learned from the data what sizes its network.
    _probe: Any

    def __init__(self, prototype: Any, random_state: int) -> None:
        self.prototype, self.random_state = prototype, random_state
        config: Any = prototype.config or KINDS[self.name].config_type()
        # What is compared is what is shipped, and limits hold for it: an ensemble only where somebody asks for one.
        if "members" in type(config).model_fields.keys() - config.model_fields_set:
            config = config.model_copy(update={"members": 1})
        self.config: Any = config

    @classmethod
    def check_test(cls, test: Any) -> None:
        """Refuse a test set that is for another task."""
        if test.task != cls.name:
            raise ConfigurationError(
                f"expected data for the task {cls.name}, got data for {test.task}", option="test"
            )

    def estimator(self, settings: Settings) -> Any:
        """An unfitted estimator."""
        return clone(self.prototype).set_params(
            cell=settings.cell,
            hidden_size=settings.hidden_size,
            random_state=settings.seed,
            config=self._config_of(settings),
        )

    def _config_of(self, settings: Settings) -> BaseModel:
        rates = {"learning_rate": settings.learning_rate, "steps": settings.steps}
        training = self.config.training.model_copy(update=rates)
        config: BaseModel = self.config.model_copy(update={"training": training})
        return config

    def baselines(self) -> dict[str, tuple[str, Any]]:
        """Name to description and unfitted estimator of those that are installed, cheapest first."""
        # Seeds are the networks' own: a baseline answers the same under every random state.
        given = {**self.prototype.get_params(deep=False), "config": self.config, "random_state": 0}
        return {
            one.name: (one.describe(self.config), one.make(given)) for one in self._baselines() if one.at_hand
        }

    def absent(self) -> dict[Extra, tuple[str, ...]]:
        """What is not installed, and the baselines that are not compared for want of it."""
        missing = [one for one in self._baselines() if not one.at_hand]
        extras = dict.fromkeys(one.extra for one in missing if one.extra is not None)
        return {extra: tuple(one.name for one in missing if one.extra == extra) for extra in extras}

    def _baselines(self) -> list[Baseline]:
        """Those for the kind of sequence, and of target, at hand."""
        kind, stepwise = getattr(self._probe, "kind_", None), getattr(self, "stepwise", False)
        return [
            one
            for one in KINDS[self.name].baselines
            if (one.kinds is None or kind in one.kinds) and (one.per_step or not stepwise)
        ]

    def rates_for(self, cell: str | Cell, hidden_size: int) -> tuple[float, ...]:
        """Learning rates that are tried first for a cell, the one that ``fit`` takes before the others."""
        usual = self.config.training.learning_rate or self.usual_rate(cell, hidden_size)
        return (usual, *(rate for rate in self.first_rates if rate != usual))

    def usual_rate(self, cell: str | Cell, hidden_size: int) -> float:  # noqa: ARG002 - most have one for all
        """The learning rate that ``fit`` takes for a cell where nobody has chosen."""
        return self.first_rates[0]

    @abstractmethod
    def fit(self, estimator: Any, fold: int, settings: Settings | None = None) -> None:
        """Fit on the training part of ``fold``."""

    @abstractmethod
    def few(self, count: int) -> Any:
        """Return some of what the first fold tests on, as data of its kind, to look into networks by."""

    @abstractmethod
    def fit_for_tuning(self, estimator: Any, fold: int, settings: Settings) -> float:
        """Fit on a part of the training part and return the loss on the rest of it, as ``settings.held_out`` says."""

    @abstractmethod
    def fit_all(self, estimator: Any, *, with_test: bool = False) -> None:
        """Fit the model that is shipped: on all data, and on a test set of its own only ``with_test``."""

    @abstractmethod
    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:
        """Errors on the test part of ``fold``."""

    def errors(self, estimator: Any, fold: int, settings: Settings | None = None) -> NDArray[np.float64]:
        """Return ``units`` of :meth:`score` alone."""
        return self.score(estimator, fold, settings).units

    def network(self, cell: str | Cell, hidden_size: int | None = None) -> nn.Module:
        """An untrained network as this data set sizes it, of as many units as its estimator takes by default."""
        given = {} if hidden_size is None else {"hidden_size": hidden_size}
        probe = copy(self._probe).set_params(cell=cell, **given)
        self._size(probe)
        network: nn.Module = probe._network()
        return network

    def _size(self, probe: Any) -> None:  # noqa: B027 - most are sized by what they have learned already
        """Settle what depends on the units of a probe."""

    @abstractmethod
    def sample(self, estimator: Any, count: int) -> Any:
        """A batch of ``count`` test units, some repeated where there are fewer, as the estimator's network takes it."""

    @abstractmethod
    def batch_size(self) -> int:
        """Windows or sequences of one training update."""

    def members(self) -> int:
        """Networks in each model, compared and shipped alike."""
        return getattr(self.config, "members", 1)

    @abstractmethod
    def default_steps(self) -> int:
        """Updates of one training with the default settings."""

    @abstractmethod
    def facts(self, folds: int | None = None) -> DataFacts:
        """What the data are and how they are split, where the first ``folds`` are run; ``None``: all of them."""

    def further_answers(self, estimator: Any, fold: int, scores: Scores) -> dict[str, NDArray[Any]]:  # noqa: ARG002
        """What is asked once more of the first training of a fold, to be shown."""
        return {}

    @abstractmethod
    def examples(self, answers: Answers) -> Examples:
        """Pictures from the answers of each candidate."""

    @abstractmethod
    def details(self, answers: Answers, leaders: tuple[str, ...]) -> Details:
        """Where errors come from; ``leaders`` are the cell and the baseline with the lowest error, the lower first."""

    @abstractmethod
    def checks(self) -> DataChecks:
        """What is found in the data."""

    @abstractmethod
    def units(self) -> Units:
        """The test units of all folds, in the order of :class:`Scores`."""

    def lengths_of_units(self) -> NDArray[np.int64] | None:
        """Length of the sequence behind each test unit of fold 0, where lengths differ; else ``None``."""
        return None
