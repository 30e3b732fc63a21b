"""Splits that keep the future, and other people's rows, out of training."""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from gatewise.data.arrays import Array, Rows
from gatewise.errors import DataError
from gatewise.spelling import spelled

__all__ = ["TEST_SHARE", "folds_of", "forecast_origins", "labelled_folds", "rolling_cuts"]

# Of every series, at its end.
TEST_SHARE = 0.2
# Rare classes that a message names.
SHOWN = 3


def rolling_cuts(
    lengths: Rows, horizon: int, folds: int, share: float = TEST_SHARE
) -> list[tuple[Rows, Rows]]:
    """Rolling origin: for each fold the end of training and the end of testing, oldest fold first.

    The last ``share`` of each series (whole horizons, at least one per fold) is cut into ``folds`` parts;
    fold ``f`` trains on all that comes before part ``f`` and tests on it. A series too short for a fold
    keeps its end as the end of training there and is not tested.

    Returns
    -------
    list of (train_end, test_end), each an int64 array of shape (series,)
    """
    each = np.maximum(1, (lengths * share / folds / horizon).astype(np.int64)) * horizon
    cuts = []
    for fold in range(folds):
        begin = lengths - (folds - fold) * each
        cuts.append((np.where(begin > 0, begin, lengths), np.where(begin > 0, begin + each, lengths)))
    return cuts


def forecast_origins(begin: Rows, end: Rows, horizon: int, spacing: int | None = None) -> tuple[Rows, Rows]:
    """Origins between rows ``begin[s]`` and ``end[s]`` of every series, by default one horizon apart.

    Returns
    -------
    numbers, origins : int64 arrays, shape (windows,)
    """
    spacing = horizon if spacing is None else spacing
    count = np.maximum(0, (end - begin - horizon) // spacing + 1)
    numbers = np.repeat(np.arange(len(begin)), count)
    first = np.concatenate([[0], np.cumsum(count)[:-1]]) if len(count) else count
    position = np.arange(count.sum()) - np.repeat(first, count)
    return numbers, begin[numbers] + position * spacing


def labelled_folds(labels: Array, groups: Array | None, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Stratified folds as (training rows, test rows); a group is never on both sides."""
    if groups is not None:
        _check_groups(groups, folds)
        # With a fold for each group there is nothing to balance, and sklearn's would leave some of them empty.
        every = folds == len(np.unique(groups))
        kind = GroupKFold if every else StratifiedGroupKFold
        splitter = kind(folds, shuffle=True, random_state=seed)
    else:
        classes, counts = np.unique(labels, return_counts=True)
        rarest = int(counts.min())
        if rarest < 2:
            rare = [repr(str(one)) for one in classes[counts < 2]]
            more = f" and {len(rare) - SHOWN} more" if len(rare) > SHOWN else ""
            raise DataError(
                f"labels: every class needs at least 2 sequences to be split, {', '.join(rare[:SHOWN])}{more} "
                f"{'have' if len(rare) > 1 else 'has'} 1; leave such classes out with {spelled('rare', 'drop')}"
            )
        splitter = StratifiedKFold(min(folds, rarest), shuffle=True, random_state=seed)
    return [(train, test) for train, test in splitter.split(labels, labels, groups)]


def folds_of(count: int, groups: Array | None, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Folds of ``count`` sequences without labels, as (training rows, test rows); groups stay whole."""
    if groups is not None:
        _check_groups(groups, folds)
        splitter = GroupKFold(folds, shuffle=True, random_state=seed)
        return list(splitter.split(np.zeros(count), groups=groups))
    if count < 4:
        raise DataError(f"expected at least 4 sequences to be split into training and test, got {count}")
    return list(KFold(min(folds, count // 2), shuffle=True, random_state=seed).split(np.zeros(count)))


def _check_groups(groups: Array, folds: int) -> None:
    people = len(np.unique(groups))
    if people < folds:
        raise DataError(f"groups: {folds} folds need at least {folds} groups, got {people}")
