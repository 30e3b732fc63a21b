"""Plain statistics of sequences: what a practitioner would put into a table first."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from gatewise.data.arrays import Floats, Values

__all__ = ["running_statistics", "statistics"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
LAGS = (1, 2, 4, 8)
# Half-lives, in steps, of running means.
SPANS = (2, 8, 32, 128)
RECENT = 4


def statistics(sequences: list[Values]) -> Floats:
    """Return a row of statistics for each sequence, shape (sequences, 18 · channels + 1).

    Of each channel: mean, deviation, least, greatest, five quantiles, first, last, slope of the least-squares line,
    deviation and mean size of the differences, correlation with itself 1, 2, 4 and 8 steps before; and the number of
    steps.
    """
    return np.stack([_of_one(np.asarray(sequence, np.float64)) for sequence in sequences])


def _of_one(values: Floats) -> Floats:
    mean, deviation = values.mean(0), values.std(0)
    centred = values - mean
    steps = np.arange(len(values)) - (len(values) - 1) / 2
    slope = steps @ centred / max(1.0, float(steps @ steps))
    change = np.diff(values, axis=0, prepend=values[:1])
    power = np.maximum((centred**2).sum(0), 1e-12)
    correlated = [(centred[lag:] * centred[: max(0, len(values) - lag)]).sum(0) / power for lag in LAGS]
    return np.concatenate(
        [
            mean,
            deviation,
            values.min(0),
            values.max(0),
            *np.quantile(values, QUANTILES, axis=0),
            values[0],
            values[-1],
            slope,
            change.std(0),
            np.abs(change).mean(0),
            *correlated,
            [len(values)],
        ]
    )


def running_statistics(sequence: Values) -> Values:
    """Return statistics of every step from it and those before it, shape (steps, 13 · channels + 1).

    Of each channel: the last four steps; means that fade with half-lives of 2, 8, 32 and 128 steps; mean, deviation,
    least, greatest and first so far; and the number of the step.
    """
    values = np.asarray(sequence, np.float64)
    numbers = np.arange(1.0, len(values) + 1)[:, None]
    steps = np.arange(len(values))
    recent = [values[np.maximum(steps - back, 0)] for back in range(RECENT)]
    # From the first value on, so that squares of what is far from zero do not cancel.
    moved = values - values[:1]
    mean = np.cumsum(moved, axis=0) / numbers
    variance = np.maximum(np.cumsum(moved**2, axis=0) / numbers - mean**2, 0)
    columns = [
        *recent,
        *(_faded(values, span) for span in SPANS),
        mean + values[:1],
        np.sqrt(variance),
        np.minimum.accumulate(values),
        np.maximum.accumulate(values),
        np.repeat(values[:1], len(values), axis=0),
        numbers,
    ]
    return np.concatenate(columns, axis=1).astype(np.float32)


def _faded(values: Floats, span: int) -> Floats:
    """Return the exponentially weighted mean of all steps so far, begun at the first."""
    kept = 0.5 ** (1 / span)
    faded, _ = lfilter([1 - kept], [1, -kept], values, axis=0, zi=kept * values[:1])
    return np.asarray(faded)
