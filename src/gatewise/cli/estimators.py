"""The estimator for what was read, from the options of a command."""

from __future__ import annotations

from typing import Any

from gatewise.comparison.tasks.kinds import KINDS
from gatewise.data.readers.task import Found
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError
from gatewise.estimators.classification.network import SequenceClassifier
from gatewise.estimators.config import ClassifierConfig, RegressorConfig
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.estimators.language.network import LanguageModel
from gatewise.estimators.regression.network import SequenceRegressor
from gatewise.estimators.tagging.network import SequenceTagger
from gatewise.validation import validated

__all__ = ["estimator_for"]


def estimator_for(found: Found, cell: str, options: dict[str, Any], **common: Any) -> Any:
    """An unfitted estimator for data of this kind.

    Parameters
    ----------
    found : what was read
    cell : str
    options : dict
        ``horizon, levels, readout, bidirectional, level``; ``None`` where they were not given.
    **common
        What every estimator takes.

    Raises
    ------
    ConfigurationError
        An option was given that has no meaning for these data.
    """
    given = {name: value for name, value in options.items() if value is not None}
    kind = KINDS[found.task]  # type: ignore[index]  # whoever reads for a task gets data for one
    allowed = (*kind.options, "levels") if isinstance(found, SeriesSet) else kind.options
    foreign = [name for name in given if name not in allowed]
    if foreign:
        raise ConfigurationError(f"--{foreign[0]} has no meaning for the task {kind.task}; leave it out")
    if isinstance(found, SeriesSet):
        if "horizon" not in given:
            raise ConfigurationError(
                "horizon: forecasting needs to know how many rows ahead; give --horizon 24 or the like"
            )
        return SequenceForecaster(cell, given.pop("horizon"), **given, **common)
    if found.task == "classification":
        config = validated(ClassifierConfig, {"readout": given.pop("readout", "pool")})
        return SequenceClassifier(cell, config=config, **given, **common)
    if found.task == "regression":
        settings = validated(RegressorConfig, {"readout": given.pop("readout", "pool")})
        return SequenceRegressor(cell, config=settings, **given, **common)
    if found.task == "tagging":
        return SequenceTagger(cell, **given, **common)
    return LanguageModel(cell, **given, **common)
