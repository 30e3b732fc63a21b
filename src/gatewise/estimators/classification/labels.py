"""What a classifier may be given to learn: one label for each sequence, none of them missing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from gatewise.errors import DataError
from gatewise.estimators.sequence_containers import is_missing

__all__ = ["as_labels", "of_type"]


def as_labels(y: object, count: int) -> NDArray[Any]:
    """Return ``y`` as one array of ``count`` labels; what is missing is named by its place."""
    if y is None:
        raise DataError("requires y to be passed, but the target y is None")
    labels: NDArray[Any] = column_or_1d(y, warn=True)
    _refuse_missing(labels)
    check_classification_targets(labels)
    if len(labels) != count:
        raise DataError(f"y: expected one label for each of {count} sequences, got {len(labels)}")
    return labels


def of_type(labels: NDArray[Any], classes: NDArray[Any]) -> NDArray[Any]:
    """Return labels in the type of the classes, whose names have a width that would cut longer ones to match."""
    if labels.dtype.kind == classes.dtype.kind:
        return labels
    return labels.astype(str if classes.dtype.kind == "U" else classes.dtype)


def _refuse_missing(labels: NDArray[Any]) -> None:
    if labels.dtype.kind == "f":
        missing = ~np.isfinite(labels)
    else:
        missing = np.array([is_missing(label) for label in labels], bool)
    if missing.any():
        place = int(np.argmax(missing))
        raise DataError(f"y: label {place} is {labels[place]}; leave its sequence out")
