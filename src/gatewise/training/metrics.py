"""Errors of forecasts, classifications and values; plain numpy, and scikit-learn where it has them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, log_loss

from gatewise.data.arrays import Floats, Mask

__all__ = [
    "classification_metrics",
    "forecast_metrics",
    "interval_scores",
    "naive_scale",
    "regression_metrics",
    "several_metrics",
]


def naive_scale(values: Floats, season: int, observed: Mask | None = None) -> float:
    """Return the mean absolute error of the seasonal naive forecast inside ``values``: the unit of MASE.

    Hyndman & Koehler 2006. A series shorter than its season is measured with season 1; a constant one,
    which every forecast hits or misses by infinitely many units, gives NaN and is left out of means. Only pairs of
    ``observed`` values count: those that fill a gap repeat the value before it.
    """
    for lag in (season, 1):
        errors = np.abs(values[lag:] - values[:-lag])
        if observed is not None:
            errors = errors[observed[lag:] & observed[:-lag]]
        if len(errors):
            scale = float(errors.mean())
            return scale if scale > 0 else np.nan
    return np.nan


def forecast_metrics(
    actual: Floats,
    forecast: Floats,
    observed: NDArray[np.bool_],
    scale: Floats,
    intervals: dict[int, tuple[Floats, Floats]],
    *,
    median: bool = True,
) -> dict[str, float]:
    """Measure MAE, RMSE, sMAPE, MASE, the pinball loss and the coverage, width and score of each interval.

    Parameters
    ----------
    actual, forecast : float64 arrays, shape (windows, horizon)
    observed : bool array, shape (windows, horizon)
        Rows that were filled count for nothing.
    scale : float64 array, shape (windows,)
        Unit of MASE of each window's series.
    intervals : dict of level to (low, high)
    median : bool, default True
        Whether the forecast is a median, and not a mean, which is no quantile.

    Returns
    -------
    dict
        ``MAE`` and ``RMSE`` in the user's units, ``sMAPE`` in percent (0 … 200, the M4 definition),
        ``MASE`` in units of the naive error; ``scaled pinball``, the mean over the median and the ends of all
        intervals of ``max(q e, (q − 1) e)``, ``e = actual − quantile``, in units of the naive error too (the SPL of
        the M5 competition); ``coverage-90`` as a share, ``width-90`` in the user's units; ``MSIS-90``, the width
        and ``2 / (1 − 0.9)`` times what lies outside, in units of the naive error (Gneiting & Raftery 2007, as the M4
        competition scales it). NaN where nothing was observed.
    """
    error = np.abs(actual - forecast)[observed]
    size = (np.abs(actual) + np.abs(forecast))[observed]
    smape = np.divide(200.0 * error, size, out=np.zeros_like(error), where=size > 0)

    def in_naive_errors(size: Floats) -> float:
        scaled = (size / scale[:, None])[observed]
        return float(np.nanmean(scaled)) if np.isfinite(scaled).any() else float("nan")

    metrics = {
        "MAE": _mean(error),
        "RMSE": float(np.sqrt(_mean(np.square(error)))),
        "sMAPE": _mean(smape),
        "MASE": in_naive_errors(np.abs(actual - forecast)),
    }
    quantiles = {0.5: forecast} if median else {}
    for level, (low, high) in intervals.items():
        quantiles |= {0.5 - level / 200: low, 0.5 + level / 200: high}
    losses = [np.maximum(q * (actual - value), (q - 1) * (actual - value)) for q, value in quantiles.items()]
    if losses:
        metrics["scaled pinball"] = in_naive_errors(np.mean(losses, axis=0))
    for level, (low, high) in intervals.items():
        metrics[f"coverage-{level}"] = _mean(((actual >= low) & (actual <= high))[observed])
        metrics[f"width-{level}"] = _mean((high - low)[observed])
        metrics[f"MSIS-{level}"] = in_naive_errors(interval_scores(low, high, actual, level))
    return metrics


def interval_scores(low: Floats, high: Floats, actual: Floats, level: int) -> Floats:
    """Return the width of each interval, and ``2 / (1 − level)`` times what lies outside: the lower, the better."""
    outside = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
    return high - low + 2 / (1 - level / 100) * outside


def _mean(values: NDArray[np.generic]) -> float:
    """Return the mean, NaN of nothing."""
    return float(values.mean()) if len(values) else float("nan")


def classification_metrics(
    actual: NDArray[np.generic], probabilities: Floats, classes: NDArray[np.generic]
) -> dict[str, float]:
    """Measure accuracy, balanced accuracy, macro F1 and log loss (nats).

    ``probabilities`` are (sequences, classes). Where a label is not in ``classes`` the log loss, which would be
    infinite, is left out, and ``unseen labels`` is the share of such sequences; they count as wrong. F1 is the mean
    over ``classes``, as scikit-learn's with ``labels=classes``; of one that neither was there nor predicted it says
    nothing.
    """
    predicted = classes[probabilities.argmax(axis=1)]
    known = np.isin(actual, classes)
    clipped = np.clip(probabilities, 1e-12, 1.0)
    present = np.unique(actual)
    metrics = {
        "accuracy": float((predicted == actual).mean()),
        "F1": float(f1_score(actual, predicted, labels=classes, average="macro", zero_division=np.nan)),
        "balanced accuracy": float(
            np.mean([(predicted == actual)[actual == label].mean() for label in present])
        ),
    }
    if known.all():
        metrics["log loss"] = float(log_loss(actual, clipped / clipped.sum(1, keepdims=True), labels=classes))
    else:
        metrics["unseen labels"] = float((~known).mean())
    return metrics


def regression_metrics(actual: Floats, predicted: Floats) -> dict[str, float]:
    """Measure RMSE and MAE in the user's units, and R²: the share of the variance that is explained.

    R² of constant values, which have no variance, is 1 where they are met and 0 where they are not, as in
    scikit-learn.
    """
    error = predicted - actual
    squares, variance = float(np.square(error).sum()), float(np.square(actual - actual.mean()).sum())
    return {
        "RMSE": float(np.sqrt(squares / len(actual))),
        "MAE": float(np.abs(error).mean()),
        "R2": 1 - squares / variance if variance > 0 else float(squares == 0),
    }


def several_metrics(
    actual: Floats, predicted: Floats, names: Sequence[str], deviations: Floats
) -> dict[str, float]:
    """Measure several numbers of each sequence, (sequences, targets): each target alone, and all in one unit.

    ``scaled MAE`` and ``scaled RMSE`` are means over targets of each one's error divided by its deviation in the
    training part, so that no target counts more for its unit; ``R2`` is the mean over targets, as in scikit-learn.
    """
    each = {
        name: regression_metrics(actual[:, place], predicted[:, place]) for place, name in enumerate(names)
    }
    scaled = {
        f"scaled {measure}": float(np.mean([one[measure] for one in each.values()] / deviations))
        for measure in ("MAE", "RMSE")
    }
    scaled["R2"] = float(np.mean([one["R2"] for one in each.values()]))
    return scaled | {
        f"{measure} {name}": found[measure]
        for measure in ("MAE", "RMSE", "R2")
        for name, found in each.items()
    }
