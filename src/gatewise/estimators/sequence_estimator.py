"""What estimators of whole sequences share, whatever they answer: what they were fitted on, and saving."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import BaseModel
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from gatewise.data.sequences import SequenceColumns
from gatewise.estimators.saving.directory import Saved, save
from gatewise.estimators.saving.parts import (
    Arrays,
    labels_from,
    pack_labels,
    pack_parameters,
    parameters_from,
)
from gatewise.estimators.sequences import Kind

__all__ = ["LabelEstimator", "SequenceEstimator"]


class SequenceEstimator(BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn publishes no types
    """Base of classifiers, regressors and taggers.

    Attributes
    ----------
    kinds : tuple of str
        What it can read.
    config_type : class
        Of its ``config``.
    kind_ : {"values", "text", "audio"}
        What it was fitted on.
    n_features_in_ : int
        Channels, or steps where a flat table (sequences, time) was given; 1 for texts, words and recordings.
    is_flat_ : bool
        Whether a flat table was given.
    columns_ : SequenceColumns or None
        Columns of the table that it was fitted on, looked for in every table after it.
    """

    kinds: ClassVar[tuple[Kind, ...]] = ("values",)
    config_type: ClassVar[type[BaseModel]]

    @abstractmethod
    def _to_saved(self) -> Saved: ...

    @classmethod
    @abstractmethod
    def _from_saved(cls, saved: Saved) -> Self: ...

    def save(self, path: str | Path) -> Path:
        """Write the fitted model to the directory ``path``; see :mod:`gatewise.estimators.saving.directory`."""
        check_is_fitted(self)
        return save(self, path)

    def _fitted_columns(self) -> dict[str, Any]:
        """What a reader needs to find the same columns in another table."""
        parts = ("id", "time", "target", "channels")
        return {part: name for part in parts if (name := getattr(self.columns_, part, None))}

    def _fitted_state(self) -> tuple[dict[str, Any], Arrays]:
        """What each of them saves, as JSON values and arrays."""
        state = {
            "parameters": pack_parameters(self),
            "kind": self.kind_,
            "n_features_in": self.n_features_in_,
            "is_flat": self.is_flat_,
            "columns": None if self.columns_ is None else asdict(self.columns_),
        }
        return state, {}

    @classmethod
    def _from_fitted_state(cls, saved: Saved) -> Self:
        estimator = cls(**parameters_from(saved.config["parameters"], config=cls.config_type))
        # Models saved before there were other kinds do not name theirs.
        estimator.kind_ = saved.config.get("kind", "values")
        estimator.n_features_in_ = saved.config["n_features_in"]
        estimator.is_flat_ = saved.config["is_flat"]
        columns = saved.config["columns"]
        estimator.columns_ = columns and SequenceColumns(**columns | {"channels": tuple(columns["channels"])})
        return estimator


class LabelEstimator(SequenceEstimator):
    """Base of those that answer with one of ``classes_``.

    Attributes
    ----------
    classes_ : array, shape (classes,)
    """

    def _fitted_state(self) -> tuple[dict[str, Any], Arrays]:
        state, arrays = super()._fitted_state()
        classes, more = pack_labels(self.classes_)
        return state | {"classes": classes}, arrays | more

    @classmethod
    def _from_fitted_state(cls, saved: Saved) -> Self:
        estimator = super()._from_fitted_state(saved)
        estimator.classes_ = labels_from(saved.config["classes"], saved.arrays)
        return estimator
