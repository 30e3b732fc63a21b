"""The length of the season of a set of series."""

from __future__ import annotations

import numpy as np

from gatewise.data.arrays import Floats

__all__ = ["detect_season"]

LONGEST_LAG = 400
WEAKEST_PEAK = 0.1
SHARE_OF_HIGHEST = 0.8
DIP = 0.5
NEAR = 0.1
STANDARD_ERRORS = 4


def detect_season(series: list[Floats]) -> int:
    """Season length in rows, pooled over all series; 1 where there is none.

    The autocorrelation of first differences, clipped at their 99 % quantile so that single jumps do not
    dominate, is averaged over all series (that of one short series is unreliable). Local peaks are
    candidates, if the correlation falls below half of them before it comes to twice their lag; noise on a
    slow wave peaks at lag 2, as the dip at lag 1 is all that differences leave of it. The shortest that
    reaches 0.8 of the highest is the season, or a higher one within a tenth of it, since multiples of a
    season peak as high as the season itself. Below 0.1, or within four standard errors of zero, there is none.

    Parameters
    ----------
    series : list of arrays, each of shape (time,)
        Training values only.

    Returns
    -------
    int
    """
    correlation, pairs = pooled_autocorrelation(series)
    inner = correlation[1:-1]
    is_peak = (inner > correlation[:-2]) & (inner >= correlation[2:])
    peaks = np.flatnonzero(is_peak) + 1
    # On a few hundred rows of a random walk some lag passes 0.1 by chance: ask for four standard errors, too.
    weakest = np.maximum(WEAKEST_PEAK, STANDARD_ERRORS / np.sqrt(np.maximum(pairs, 1)))
    peaks = peaks[(peaks >= 2) & (correlation[peaks] >= weakest[peaks])]
    lowest = [correlation[peak : 2 * peak].min() for peak in peaks]
    peaks = peaks[lowest < DIP * correlation[peaks]]
    if len(peaks) == 0:
        return 1
    first = peaks[correlation[peaks] >= SHARE_OF_HIGHEST * correlation[peaks].max()][0]
    near = peaks[np.abs(peaks - first) <= NEAR * first]
    return int(near[correlation[near].argmax()])


def pooled_autocorrelation(
    series: list[Floats],
) -> tuple[Floats, Floats]:
    """Autocorrelation of clipped first differences at lags 0, 1, …, and the pairs of rows behind each."""
    top = min(LONGEST_LAG, max((len(values) for values in series), default=0) // 3)
    total, pairs = np.zeros(top + 1), np.zeros(top + 1)
    for values in series:
        steps = np.diff(values)
        if len(steps) < 8:
            continue
        bound = np.quantile(np.abs(steps), 0.99)
        if bound > 0:
            steps = np.clip(steps, -bound, bound)
        spread = steps.std()
        if not spread > 0:
            continue
        steps = (steps - steps.mean()) / spread
        spectrum = np.fft.rfft(steps, 2 * len(steps))
        products = np.fft.irfft(spectrum * spectrum.conj())
        last = min(top, len(steps) // 3)
        total[: last + 1] += products[: last + 1]
        pairs[: last + 1] += len(steps) - np.arange(last + 1)
    return np.divide(total, pairs, out=np.zeros_like(total), where=pairs > 0), pairs
