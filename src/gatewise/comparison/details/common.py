"""What the details of every task share: answers by candidate and fold, few digits, means of parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gatewise.verdict.evidence import ErrorsBy, Residuals

__all__ = ["FIRST", "MOST_PARTS", "Answers", "by_parts", "residuals", "rounded", "thin"]

# By candidate, fold by fold: what the first training of the fold has answered, by name.
Answers: TypeAlias = dict[str, list[dict[str, NDArray[Any]]]]
Floats: TypeAlias = NDArray[np.float64]

FIRST = "one training of each candidate, the first of every split"
MOST_PARTS = 10
BINS = 20


def rounded(values: Iterable[float], digits: int = 4) -> tuple[float, ...]:
    """Values to a few digits: they are looked at, and a report should stay small."""
    return tuple(float(f"{value:.{digits}g}") for value in values)


def thin(values: Sequence[float] | Floats, most: int) -> tuple[float, ...]:
    """At most so many of a line's values, evenly spaced, the first and the last among them."""
    kept = np.unique(np.linspace(0, len(values) - 1, min(most, len(values))).round().astype(np.int64))
    return rounded(np.asarray(values, np.float64)[kept])


def by_parts(
    what: str,
    names: Sequence[str],
    part: NDArray[np.int64],
    errors: dict[str, Floats],
    *,
    counted: str,
    most: int | None = None,
    leader: str = "",
    **further: dict[str, Floats],
) -> tuple[ErrorsBy, NDArray[np.int64]] | None:
    """Mean errors of each part, and which parts they are; ``None`` where there are fewer than two.

    Parameters
    ----------
    names : sequence of str
        Of the parts.
    part : int64 array, shape (units,)
        Which part each unit belongs to; −1: none.
    errors : dict of candidate to float64 array, shape (units,)
    counted : str
        What the units are.
    most : int, optional
        Only so many parts, those with the largest error of ``leader``, the worst first.
    **further
        ``bias`` and ``coverage``, as ``errors``.
    """
    counts = np.bincount(part[part >= 0], minlength=len(names))
    places = np.flatnonzero(counts)
    if len(places) < 2:
        return None

    def means(values: dict[str, Floats]) -> dict[str, Floats]:
        return {name: _means(part, one, len(names)) for name, one in values.items()}

    found, shown = means(errors), ""
    if most is not None:
        places = places[np.argsort(-np.nan_to_num(found[leader][places], nan=-1.0), kind="stable")]
        if len(places) > most:
            shown = f"the {most} with the largest error of {leader}, of {len(places):,}"
        places = places[:most]
    table: dict[str, Any] = {
        field: {name: rounded(values[places]) for name, values in means(one).items()}
        for field, one in further.items()
    }
    made = ErrorsBy(
        what=what,
        names=tuple(str(names[int(place)]) for place in places),
        counts=tuple(int(counts[place]) for place in places),
        counted=counted,
        shown=shown,
        errors={name: rounded(values[places]) for name, values in found.items()},
        **table,
    )
    return made, places


def _means(part: NDArray[np.int64], values: Floats, count: int) -> Floats:
    kept = (part >= 0) & np.isfinite(values)
    totals = np.bincount(part[kept], values[kept], minlength=count)
    numbers = np.bincount(part[kept], minlength=count)
    means: Floats = np.divide(totals, numbers, out=np.full(count, np.nan), where=numbers > 0)
    return means


def residuals(values: Floats, runs: Sequence[Floats] = (), lags: int = 0) -> Residuals | None:
    """Bias, spread and histogram of predicted minus actual, and autocorrelation of those that follow each other.

    Parameters
    ----------
    values : float64 array
    runs : sequence of float64 arrays
        Residuals of rows that follow each other; NaN where nothing was observed.
    lags : int
    """
    kept = values[np.isfinite(values)]
    if len(kept) < 2:
        return None
    reach = max(float(np.quantile(np.abs(kept), 0.99)), 1e-12)
    edges = np.linspace(-reach, reach, BINS + 1)
    counts, _ = np.histogram(np.clip(kept, -reach, reach), edges)
    correlation, bound = _autocorrelation(runs, lags)
    return Residuals(
        bias=rounded([kept.mean()])[0],
        spread=rounded([kept.std()])[0],
        edges=rounded(edges),
        counts=tuple(map(int, counts)),
        autocorrelation=correlation,
        bound=bound,
    )


def _autocorrelation(runs: Sequence[Floats], lags: int) -> tuple[tuple[float, ...], float | None]:
    """Of all runs together, about the mean of each; lags beyond a quarter of the longest run are left out."""
    longest = max(map(len, runs), default=0)
    lags = min(lags, longest // 4)
    centred = [run - np.nanmean(run) for run in runs if np.isfinite(run).sum() > 1]
    if lags < 1 or not centred:
        return (), None
    power = sum(float(np.nansum(run**2)) for run in centred)
    count = sum(int(np.isfinite(run).sum()) for run in centred)
    if not power:
        return (), None
    found = [
        sum(float(np.nansum(run[lag:] * run[:-lag])) for run in centred if len(run) > lag) / power
        for lag in range(1, lags + 1)
    ]
    return rounded(found, 3), rounded([1.96 / np.sqrt(count)], 3)[0]
