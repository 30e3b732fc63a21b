"""The one table of what kinds of task there are: what is said of a task is said here, everything else follows from it.

Readers give data that name their task; the command line, comparisons and saved models look here for what goes with
it. A further task is a folder beside this file and a line below, and how it is compared in ``comparison/tasks``.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from gatewise.data.readers.task import Task
from gatewise.errors import ConfigurationError
from gatewise.estimators.baseline import Baseline
from gatewise.estimators.classification import baselines as classification
from gatewise.estimators.classification.network import SequenceClassifier
from gatewise.estimators.config import HORIZON_NEEDED, given_or_default
from gatewise.estimators.forecast import baselines as forecast
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.estimators.language import baselines as language
from gatewise.estimators.language.network import LanguageModel
from gatewise.estimators.regression import baselines as regression
from gatewise.estimators.regression.network import SequenceRegressor
from gatewise.estimators.tagging import baselines as tagging
from gatewise.estimators.tagging.network import SequenceTagger
from gatewise.validation import near

__all__ = ["KINDS", "TaskKind"]

# Arguments that every network takes; the others of a constructor are options of its task.
COMMON = ("cell", "hidden_size", "max_seconds", "random_state", "config", "progress", "axes")


@dataclass(frozen=True)
class TaskKind:
    """A kind of task.

    Attributes
    ----------
    task : str
    estimator : class
        Of its networks. Its constructor, and the configuration that it names in ``config_type``, say what options
        the task has.
    baselines : tuple of Baseline
    needed : dict of str to str
        Options that have to be given, and why.
    """

    task: Task
    estimator: Any
    baselines: tuple[Baseline, ...]
    needed: Mapping[str, str] = field(default_factory=dict)

    @property
    def config_type(self) -> type[BaseModel]:
        """The configuration of the networks."""
        found: type[BaseModel] = self.estimator.config_type
        return found

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """Options that the constructor takes."""
        return tuple(name for name in inspect.signature(self.estimator).parameters if name not in COMMON)

    @property
    def options(self) -> tuple[str, ...]:
        """All options: arguments of the constructor, and fields of the configuration."""
        return (*self.arguments, *self.config_type.model_fields)

    def build(self, options: Mapping[str, Any], *, config: BaseModel | None = None, **common: Any) -> Any:
        """An unfitted network's estimator.

        Parameters
        ----------
        options : dict
            Any of ``self.options``; fields of the configuration are laid over ``config``.
        config : configuration of the task, optional
        **common
            What every network takes, such as ``cell``.

        Raises
        ------
        ConfigurationError
            An option has no meaning for the task or a wrong value, one is missing, or the configuration is that of
            another task.
        """
        for name in options:
            if name not in self.options:
                better = near(name, self.options) or "leave it out"
                raise ConfigurationError(f"has no meaning for the task {self.task}; {better}", option=name)
        for name, why in self.needed.items():
            if name not in options:
                raise ConfigurationError(why, option=name)
        if config is not None:
            given_or_default(config, self.config_type, option="estimator")
        own = {name: value for name, value in options.items() if name in self.arguments}
        if fields := {name: value for name, value in options.items() if name not in own}:
            # Only what was chosen: what was not, a comparison may choose.
            chosen = (
                {} if config is None else {name: getattr(config, name) for name in config.model_fields_set}
            )
            config = self.config_type(**chosen | fields)
        return self.estimator(config=config, **own, **common)


KINDS: dict[Task, TaskKind] = {
    kind.task: kind
    for kind in (
        TaskKind(
            "forecast",
            SequenceForecaster,
            forecast.BASELINES,
            needed={"horizon": HORIZON_NEEDED},
        ),
        TaskKind("classification", SequenceClassifier, classification.BASELINES),
        TaskKind("regression", SequenceRegressor, regression.BASELINES),
        TaskKind("tagging", SequenceTagger, tagging.BASELINES),
        TaskKind("language", LanguageModel, language.BASELINES),
    )
}
