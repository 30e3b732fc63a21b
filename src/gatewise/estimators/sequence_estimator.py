"""What estimators of whole sequences share, whatever they answer: what they were fitted on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from gatewise.data.sequences import SequenceColumns
from gatewise.estimators.saving.estimator import SavedEstimator
from gatewise.estimators.saving.parts import Attribute, Labels, saves
from gatewise.estimators.sequences import Kind

__all__ = ["LabelEstimator", "SequenceEstimator"]


def _columns_from(saved: dict[str, Any] | None) -> SequenceColumns | None:
    if saved is None:
        return None
    return SequenceColumns(**saved | {"channels": tuple(saved["channels"])})


class SequenceEstimator(SavedEstimator):
    """Base of classifiers, regressors and taggers.

    Attributes
    ----------
    kinds : tuple of str
        What the estimator can read.
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
    parts = saves(
        # Models saved before there were other kinds do not name theirs.
        Attribute("kind_", default="values"),
        "n_features_in_",
        "is_flat_",
        Attribute("columns_", pack_as=lambda columns: columns and asdict(columns), restore_as=_columns_from),
    )

    def _fitted_columns(self) -> dict[str, Any]:
        """Return what a reader needs to find the same columns in another table."""
        parts = ("id", "time", "target", "channels")
        return {part: name for part in parts if (name := getattr(self.columns_, part, None))}


class LabelEstimator(SequenceEstimator):
    """Base of those that answer with one of ``classes_``.

    Attributes
    ----------
    classes_ : array, shape (classes,)
    """

    parts = saves(Labels())

    def _class_names(self) -> str:
        names = ", ".join(str(name) for name in self.classes_[:20])
        return f"{names}{', …' if len(self.classes_) > 20 else ''}"
