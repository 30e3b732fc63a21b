"""Checks that several kinds of data share, and how they are said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from gatewise.data.readers.wording import counted
from gatewise.verdict.evidence import Check

__all__ = ["MOST_PLACES", "constant", "drift", "outliers", "same", "share_of"]

MOST_PLACES = 10
# So many robust deviations from the median are far off: of normal values one in 10⁹ is.
FAR = 6.0
# Kolmogorov-Smirnov distances above this are worth a look; p-values are small of anything where values are many.
ADRIFT = 0.25
# More values than these tell no more.
MOST_VALUES = 200_000
# A column is the target where they correlate as closely as this.
EQUAL = 0.9999

Named = list[tuple[str, NDArray[Any]]]


def share_of(part: int, whole: int) -> str:
    """``"12 of 3,400 (0.35 %)"``."""
    return f"{part:,} of {whole:,} ({100 * part / max(whole, 1):.2g} %)"


def constant(columns: Named, what: str) -> Check:
    """Columns that never change, of which nothing can be learned."""
    found = [name for name, values in columns if len(values) and (values == values[0]).all()]
    changes = "changes" if len(found) == 1 else "change"
    said = (
        f"{len(found)} of {counted(len(columns), what)} never {changes}"
        if found
        else f"none of {len(columns)}"
    )
    return Check(
        name=f"constant {what}s",
        state="look" if found else "good",
        found=said,
        method="all values in all rows are the same",
        places=tuple(found[:MOST_PLACES]),
    )


def outliers(columns: Named) -> Check:
    """Values that lie further from the rest than any that belong to it."""
    places, far, whole = [], 0, 0
    for name, values in columns:
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        middle = np.median(values)
        spread = 1.4826 * np.median(np.abs(values - middle))
        count = int((np.abs(values - middle) > FAR * spread).sum()) if spread > 0 else 0
        far, whole = far + count, whole + len(values)
        if count:
            furthest = values[np.abs(values - middle).argmax()]
            places.append(
                (count / len(values), f"{name}: {share_of(count, len(values))}, the furthest {furthest:.4g}")
            )
    return Check(
        name="values far off",
        state="look" if far else "good",
        found=share_of(far, whole) if far else f"none of {whole:,}",
        method=f"more than {FAR:g} robust standard deviations (1.48 × median distance) from the median of their column",
        places=tuple(text for _, text in sorted(places, reverse=True)[:MOST_PLACES]),
    )


def drift(columns: list[tuple[str, NDArray[Any], NDArray[Any]]]) -> Check:
    """Whether test values are like training values."""
    found = []
    for name, training, test in columns:
        before, after = (values[np.isfinite(values)] for values in (training, test))
        if len(before) < 2 or len(after) < 2:
            continue
        distance = float(ks_2samp(_some(before), _some(after), method="asymp").statistic)
        spread = float(before.std())
        moved = (float(after.mean()) - float(before.mean())) / spread if spread else 0.0
        # Of few values a distance is large by chance: 1.63 is the quantile of 99 %.
        bound = max(ADRIFT, 1.63 * np.sqrt(1 / len(before) + 1 / len(after)))
        said = f"{name}: distance {distance:.2f}, mean {moved:+.2f} standard deviations"
        found.append((distance / bound, said))
    found.sort(reverse=True)
    adrift = [text for ratio, text in found if ratio > 1]
    return Check(
        name="drift from training to test",
        state="look" if adrift else "good",
        found=f"{len(adrift)} of {len(found)} columns are elsewhere in the test part"
        if adrift
        else f"none of {counted(len(found), 'column')} is elsewhere in the test part"
        + (f"; the furthest is {found[0][1]}" if found else ""),
        method="Kolmogorov-Smirnov distance of values in the training and the test part of the first split; more than "
        f"{ADRIFT:g}, and than chance makes it in 99 of 100 samples as small, is named",
        places=tuple(adrift[:MOST_PLACES]),
    )


def same(first: NDArray[Any], second: NDArray[Any]) -> bool:
    """Whether a column says the same as the target."""
    kept = np.isfinite(first) & np.isfinite(second)
    if kept.sum() < 3 or not first[kept].std() or not second[kept].std():
        return False
    return bool(abs(np.corrcoef(first[kept], second[kept])[0, 1]) > EQUAL)


def _some(values: NDArray[Any]) -> Sequence[float] | NDArray[Any]:
    return values[:: -(-len(values) // MOST_VALUES)]
