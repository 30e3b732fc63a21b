"""The task for what was read."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import BaseModel

from gatewise.comparison.tasks.base import Task
from gatewise.comparison.tasks.classification import ClassificationTask
from gatewise.comparison.tasks.forecast import ForecastTask
from gatewise.comparison.tasks.language import LanguageTask
from gatewise.comparison.tasks.regression import RegressionTask
from gatewise.comparison.tasks.tagging import TaggingTask
from gatewise.data.corpus import Corpus
from gatewise.data.readers.task import Found
from gatewise.data.readers.task import Task as TaskName
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError
from gatewise.estimators.config import (
    ClassifierConfig,
    ForecasterConfig,
    LanguageModelConfig,
    RegressorConfig,
    TaggerConfig,
)

__all__ = ["KINDS", "Kind", "task_for"]


class Kind(NamedTuple):
    """What goes with one class of data: a task, a configuration, and options besides it."""

    task: TaskName
    config: type[BaseModel]
    options: tuple[str, ...]


KINDS: dict[TaskName, Kind] = {
    "forecast": Kind("forecast", ForecasterConfig, ("horizon",)),
    "classification": Kind("classification", ClassifierConfig, ("bidirectional", "readout")),
    "regression": Kind("regression", RegressorConfig, ("bidirectional", "readout")),
    "tagging": Kind("tagging", TaggerConfig, ("bidirectional",)),
    "language": Kind("language", LanguageModelConfig, ("level",)),
}


def task_for(
    found: Found,
    test: Found | None,
    options: dict[str, Any],
    *,
    config: BaseModel | None,
    folds: int,
    seed: int,
) -> Task:
    """What is compared on these data.

    Parameters
    ----------
    found, test : what was read; ``test`` is a test set of its own
    options : dict
        ``horizon, bidirectional, readout, level``, those that were given.
    config : configuration of the estimator, optional

    Raises
    ------
    ConfigurationError
        An option or a configuration is for another task, the horizon is missing, or the test set is of another
        kind.
    """
    name, kind, allowed = KINDS[found.task]  # type: ignore[index]  # whoever reads for a task gets data for one
    foreign = [option for option in options if option not in allowed]
    if foreign:
        raise ConfigurationError(f"{foreign[0]}: has no meaning for the task {name}; leave it out")
    if config is not None and not isinstance(config, kind):
        raise ConfigurationError(f"estimator: the task {name} takes a {kind.__name__}")
    if isinstance(found, SeriesSet):
        return _forecast(found, test, options, config, folds)
    if test is not None and test.task != name:
        raise ConfigurationError(f"test: expected data for the task {name}, got data for {test.task}")
    chosen: Any = config or kind()
    if "readout" in options:
        chosen = chosen.model_copy(update={"readout": options["readout"]})
    common: dict[str, Any] = {"test": test, "folds": folds, "seed": seed, "config": chosen}
    if isinstance(found, Corpus):
        return LanguageTask(found, **options, **common)
    if found.task == "regression":
        return RegressionTask(found, bidirectional=options.get("bidirectional"), **common)
    common["bidirectional"] = options.get("bidirectional", True)
    if found.task == "tagging":
        return TaggingTask(found, **common)
    return ClassificationTask(found, **common)


def _forecast(
    found: SeriesSet, test: Found | None, options: dict[str, Any], config: Any, folds: int
) -> ForecastTask:
    if test is not None:
        raise ConfigurationError("test: forecasting tests on the end of every series; leave it out")
    if "horizon" not in options:
        raise ConfigurationError(
            "horizon: forecasting needs to know how many rows ahead; give horizon=24 or the like"
        )
    return ForecastTask(found, options["horizon"], folds=folds, config=config)
