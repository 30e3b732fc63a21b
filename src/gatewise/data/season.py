"""The length of the season of a set of series."""

from __future__ import annotations

import numpy as np

from gatewise.data.arrays import Floats, Integers
from gatewise.data.step import Step

__all__ = ["detect_season", "usual_season"]

LONGEST_LAG = 400
WEEKS_OF_A_YEAR = 52
DAY = 86_400 * 10**9
WEAKEST_PEAK = 0.1
SHARE_OF_HIGHEST = 0.8
DIP = 0.5
NEAR = 0.1
AS_WELL = 0.95
FEWEST_STEPS = 6
# One of hundreds of lags is to stand out, or the one that was expected.
STANDARD_ERRORS, OF_THE_USUAL = 4, 2


def detect_season(series: list[Floats], usual: int = 1) -> int:
    """Season length in rows, pooled over all series; 1 where there is none, or too few rows to tell.

    The autocorrelation of first differences, clipped at their 99 % quantile so that single jumps do not dominate, is
    averaged over all series (that of one short series is unreliable), up to half of their rows. Local peaks are
    candidates, if the correlation falls below half of them before it comes to twice their lag; noise on a slow wave
    peaks at lag 2, as the dip at lag 1 is all that differences leave of it. Where there are not rows enough to see that
    far, it must have risen from below half of them since half their lag. The shortest that reaches 0.8 of the highest
    is the season, or a lag within a tenth of it whose multiples correlate more, since multiples of a season peak as
    high as the season itself. Below 0.1, or within four standard errors of the lags around, there is none.

    The ``usual`` season is preferred where it reaches 0.8 of the highest, and two standard errors are enough for it;
    but not where a part of it repeats as well.

    Parameters
    ----------
    series : list of arrays, each of shape (time,)
        Training values only.
    usual : int, default 1
        What rows of this step mostly have (see :func:`usual_season`); 1: nothing is expected.

    Returns
    -------
    int
    """
    correlation, pairs = pooled_autocorrelation(series)
    peaks = _peaks(correlation)
    # On a few hundred rows of a random walk some lag passes 0.1 by chance, on slow waves all of them do: ask for four
    # standard errors above those around, too.
    errors = 1 / np.sqrt(np.maximum(pairs, 1))
    above = correlation[peaks] - [np.median(correlation[2 : 2 * peak]) for peak in peaks]
    strong = correlation[peaks] >= WEAKEST_PEAK
    sure = peaks[strong & (above >= STANDARD_ERRORS * errors[peaks])]
    highest = correlation[sure].max() if len(sure) else 0.0
    likely = peaks[strong & (above >= OF_THE_USUAL * errors[peaks])]
    if _is_expected(usual, likely, correlation, highest):
        return usual
    if len(sure) == 0:
        return 1
    first = sure[correlation[sure] >= SHARE_OF_HIGHEST * highest][0]
    around = np.arange(
        max(2, int(first * (1 - NEAR))), min(int(first * (1 + NEAR)) + 1, len(correlation) - 1) + 1
    )
    found = np.array([_over_multiples(correlation, pairs, int(lag)) for lag in around])
    best, second = np.argsort(-found[:, 0], kind="stable")[:2]
    # A broad peak of few rows: a row more or less would do as well, and phases would drift.
    told = found[best, 0] - found[second, 0] >= (1 - found[best, 0] ** 2) / np.sqrt(found[best, 1])
    return int(around[best]) if told else 1


def _over_multiples(correlation: Floats, pairs: Floats, lag: int) -> tuple[float, float]:
    """Return the mean correlation at a lag and its multiples, which tell it more sharply, and the pairs behind it."""
    multiples = np.arange(lag, len(correlation), lag)
    weight = pairs[multiples]
    return float((correlation[multiples] * weight).sum() / max(1.0, weight.sum())), float(weight.sum())


def usual_season(step: Step) -> int:
    """Return the season that rows of this step mostly have, 1 where none is known.

    A day for hours and minutes, a week for days, a year for weeks, months and quarters.
    """
    if step.kind == "months":
        return 12 // step.size if 12 % step.size == 0 else 1
    if step.kind == "business":
        return 5 // step.size if step.size in (1, 5) else 1
    if step.kind != "duration":
        return 1
    if step.size == 7 * DAY:
        return WEEKS_OF_A_YEAR
    cycle = 7 * DAY if step.size >= DAY else DAY
    season = cycle // step.size
    return season if cycle % step.size == 0 and season <= LONGEST_LAG else 1


def _is_expected(usual: int, peaks: Integers, correlation: Floats, highest: float) -> bool:
    """Return whether the correlation peaks at the usual season, or so near that a row more or less is chance."""
    near = peaks[np.abs(peaks - usual) <= max(1, NEAR * usual)]
    if usual < 2 or len(near) == 0 or usual >= len(correlation):
        return False
    # What repeats itself after a part of it as well as after all of it has that season.
    parts = peaks[(peaks < usual) & (usual % peaks == 0)]
    if (correlation[parts] >= AS_WELL * correlation[usual]).any():
        return False
    return bool(correlation[usual] >= SHARE_OF_HIGHEST * max(highest, correlation[near].max()))


def _peaks(correlation: Floats) -> Integers:
    """Return the lags at which the correlation peaks, from 2 on, and between which and others it falls."""
    inner = correlation[1:-1]
    is_peak = (inner > correlation[:-2]) & (inner >= correlation[2:])
    peaks = np.flatnonzero(is_peak) + 1
    peaks = peaks[peaks >= 2]
    falls = [_falls(correlation, int(peak)) for peak in peaks]
    found: Integers = peaks[np.array(falls, bool)]
    return found


def _falls(correlation: Floats, peak: int) -> bool:
    after = correlation[peak : 2 * peak]
    around = after if len(after) == peak else correlation[-(-peak // 2) : peak]
    return bool(len(around) and around.min() < DIP * correlation[peak])


def pooled_autocorrelation(
    series: list[Floats],
) -> tuple[Floats, Floats]:
    """Autocorrelation of clipped first differences at lags 0, 1, …, and the pairs of rows behind each.

    The last lag is one beyond half of the median series, so that a peak at half of it has two neighbours, and no few
    long series say what the season of all is.
    """
    lengths = [len(values) for values in series if len(values) > FEWEST_STEPS]
    top = min(LONGEST_LAG, int(np.median(lengths)) // 2 + 1) if lengths else 1
    total, weight, pairs = np.zeros(top + 1), np.zeros(top + 1), np.zeros(top + 1)
    for values in series:
        steps = np.diff(values)
        if len(steps) < FEWEST_STEPS:
            continue
        bound = np.quantile(np.abs(steps), 0.99)
        if bound > 0:
            steps = np.clip(steps, -bound, bound)
        steps = steps - steps.mean()
        if not steps.std() > 0:
            continue
        steps /= steps.std()
        lags = np.arange(min(top, len(values) // 2 + 1) + 1)
        spectrum = np.fft.rfft(steps, 2 * len(steps))
        total[lags] += np.fft.irfft(spectrum * spectrum.conj())[lags]
        # Of the rows that have a partner so far away, before and after: a wave that fits three times counts as whole.
        energy = np.concatenate([[0.0], np.cumsum(steps**2)])
        weight[lags] += np.sqrt(energy[len(steps) - lags] * (energy[-1] - energy[lags]))
        pairs[lags] += len(steps) - lags
    return np.divide(total, weight, out=np.zeros_like(total), where=weight > 0), pairs
