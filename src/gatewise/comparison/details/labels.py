"""Where classes are mistaken: counts by class, probabilities, groups, and the worst answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from gatewise.comparison.details.common import rounded
from gatewise.verdict.evidence import ClassCounts, Probabilities

__all__ = ["class_counts", "probabilities"]

Codes = NDArray[np.int64]
CURVE = 40
BINS = 10


def class_counts(names: Sequence[str], actual: Codes, predicted: dict[str, Codes]) -> ClassCounts:
    """How often each class was there, was predicted, and both."""
    size = len(names)

    def counts(codes: Codes) -> tuple[int, ...]:
        return tuple(map(int, np.bincount(codes, minlength=size)))

    return ClassCounts(
        names=tuple(map(str, names)),
        support=counts(actual),
        predicted={name: counts(codes) for name, codes in predicted.items()},
        right={name: counts(codes[codes == actual]) for name, codes in predicted.items()},
    )


def probabilities(actual: Codes, shares: NDArray[Any]) -> Probabilities:
    """Curves and calibration of one classifier.

    Parameters
    ----------
    actual : int64 array, shape (sequences,)
    shares : float array, shape (sequences, classes)
    """
    classes = shares.shape[1]
    there = np.eye(classes, dtype=bool)[actual]
    if classes == 2:
        truth, score = there[:, 1], shares[:, 1]
    else:
        truth, score = there.ravel(), shares.ravel()
    false, true, _ = roc_curve(truth, score)
    precision, recall, _ = precision_recall_curve(truth, score)
    confidence = shares.max(axis=1)
    right = shares.argmax(axis=1) == actual
    place = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    bins = np.unique(place)
    counts = np.array([int((place == one).sum()) for one in bins])
    sure = np.array([confidence[place == one].mean() for one in bins])
    share = np.array([right[place == one].mean() for one in bins])
    return Probabilities(
        roc=_few(false, true),
        precision_recall=_few(recall[::-1], precision[::-1]),
        area=_by_class(roc_auc_score, there, shares),
        average_precision=_by_class(average_precision_score, there, shares),
        confidence=rounded(sure),
        accuracy=rounded(share),
        counts=tuple(map(int, counts)),
        calibration_error=rounded([float(np.abs(sure - share) @ counts / counts.sum())])[0],
    )


def _by_class(
    measure: Callable[..., float], there: NDArray[np.bool_], shares: NDArray[Any]
) -> tuple[float | None, ...]:
    return tuple(
        rounded([measure(one, share)])[0] if 0 < one.sum() < len(one) else None
        for one, share in zip(there.T, shares.T, strict=True)
    )


def _few(xs: NDArray[Any], ys: NDArray[Any]) -> tuple[tuple[float, float], ...]:
    """At most forty points of a curve, evenly along its length."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))])
    wanted = np.linspace(0.0, length[-1], CURVE)
    kept = np.unique(np.searchsorted(length, wanted, side="left").clip(0, len(xs) - 1))
    return tuple((x, y) for x, y in zip(rounded(xs[kept], 3), rounded(ys[kept], 3), strict=True))
