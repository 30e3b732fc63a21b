"""Newer rows behind the fitted ones, so that a model goes on from where the data are today."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gatewise.data.arrays import Array, Floats, Integers, Mask, Values
from gatewise.data.dated import with_calendar
from gatewise.data.readers.table.rows import written
from gatewise.data.series import SeriesSet
from gatewise.errors import DataError

__all__ = ["continued"]

# What a value loses on its way through single precision.
SAME = 1e-6


def continued(fitted: SeriesSet, newer: SeriesSet, memory: int, *, counted: bool = False) -> SeriesSet:
    """The last ``memory`` rows of fitted series and newer ones, the newer behind the others, gaps laid out.

    A series that is in one of the two only is taken as it is. Where both have a row they have to agree on it; a row
    that was filled takes the newer value.

    Parameters
    ----------
    fitted, newer : SeriesSet
        Of the same step and columns.
    memory : int
    counted : bool
        Whether rows are counted and have no times: then newer ones follow the fitted ones.

    Raises
    ------
    DataError
        Two values of a row differ, or a series stands between the steps of the fitted one.
    """
    _check_kind(fitted, newer)
    place = {str(name): number for number, name in enumerate(newer.ids)}
    taken = np.array([place.pop(str(name), -1) for name in fitted.ids])
    added = np.array(sorted(place.values()), np.int64)
    both = np.flatnonzero(taken >= 0)
    ahead = np.zeros(len(fitted), np.int64)
    ahead[both] = fitted.lengths[both] if counted else _distances(fitted, both, newer, taken[both])
    rows = [
        _Rows.of(fitted, s).last(memory)
        if other < 0
        else _joined(fitted, s, newer, int(other), int(ahead[s]), memory)
        for s, other in enumerate(taken)
    ]
    rows += [_Rows.of(newer, int(s)).last(memory) for s in added]
    past, keys = fitted.past.shape[1], _keys(fitted, newer, added)
    covariates = np.concatenate([one.covariates for one in rows])
    begin = np.concatenate([fitted.start, newer.start[added]])
    starts = [fitted.step.stamps(start, one.first, 1)[0] for start, one in zip(begin, rows, strict=True)]
    both_ends = replace(
        fitted,
        ids=np.concatenate([fitted.ids, newer.ids[added]]),
        offsets=np.concatenate([[0], np.cumsum([len(one.target) for one in rows])]).astype(np.int64),
        target=np.concatenate([one.target for one in rows]),
        observed=np.concatenate([one.observed for one in rows]),
        start=np.asarray(starts, dtype=fitted.start.dtype),
        past=np.ascontiguousarray(covariates[:, :past]),
        known=np.ascontiguousarray(covariates[:, past:]),
        static={
            name: np.concatenate([values, _static(name, values, newer)[added]])
            for name, values in fitted.static.items()
        },
        keys=keys,
        index=fitted.index if len(keys) == len(fitted.keys) else None,
    )
    return with_calendar(both_ends)


def _static(name: str, values: Array, newer: SeriesSet) -> Array:
    """A column with one value for each newer series; of one that is not there what says nothing of them."""
    if name in newer.static:
        return newer.static[name]
    return np.full(len(newer), values.mean() if values.dtype.kind == "f" else "")


def _keys(fitted: SeriesSet, newer: SeriesSet, added: Integers) -> dict[str, Array]:
    """What tells series apart, those that are added among them; nothing if they have other columns for that."""
    if not len(added):
        return fitted.keys
    if len(newer.keys) != len(fitted.keys):
        return {}
    return {
        name: np.concatenate([values, others[added]])
        for (name, values), others in zip(fitted.keys.items(), newer.keys.values(), strict=True)
    }


@dataclass(frozen=True)
class _Rows:
    """Rows of one series, from row ``first`` on, counted from where it began."""

    first: int
    target: Floats
    observed: Mask
    covariates: Values  # (rows, past + known)

    @classmethod
    def of(cls, series: SeriesSet, s: int) -> _Rows:
        part = slice(series.offsets[s], series.offsets[s + 1])
        covariates = np.concatenate([series.past[part], series.known[part]], axis=1)
        return cls(0, series.target[part], series.observed[part], covariates)

    def last(self, count: int) -> _Rows:
        cut = max(0, len(self.target) - count)
        return _Rows(self.first + cut, self.target[cut:], self.observed[cut:], self.covariates[cut:])


def _joined(fitted: SeriesSet, s: int, newer: SeriesSet, other: int, ahead: int, memory: int) -> _Rows:
    """Return the end of one series; its newer rows begin ``ahead`` rows after the first of the fitted ones."""
    old, new = _Rows.of(fitted, s), _Rows.of(newer, other)
    end = max(len(old.target), ahead + len(new.target))
    # Of a long gap no more is laid out than is read.
    first = max(0, end - memory)
    rows = np.arange(first, end)
    old_row, new_row = rows, rows - ahead
    in_old = old_row < len(old.target)
    in_new = (new_row >= 0) & (new_row < len(new.target))
    had, has = in_old.copy(), in_new.copy()
    had[in_old] = old.observed[old_row[in_old]]
    has[in_new] = new.observed[new_row[in_new]]
    _check_same(fitted, s, newer, old, new, ahead)
    # Whoever observed a row gives it; in gaps the last row before goes on.
    observed = had | has
    source = np.maximum.accumulate(np.where(observed, np.arange(len(rows)), 0))
    from_new = has & ~had
    # The first row may have been filled from one that is not kept.
    from_new[0] |= not in_old[0] and new_row[0] >= 0
    parts = []
    for name in ("target", "covariates"):
        mine, theirs = getattr(old, name), getattr(new, name)
        at_old = np.minimum(old_row, len(mine) - 1)
        at_new = np.clip(new_row, 0, len(theirs) - 1)
        pick = from_new if name == "target" else from_new[:, None]
        parts.append(np.where(pick, theirs[at_new], mine[at_old])[source])
    return _Rows(first, parts[0], observed, parts[1])


def _distances(fitted: SeriesSet, both: Integers, newer: SeriesSet, others: Integers) -> Integers:
    """Return how many rows lie between the first fitted row of each series and its first newer one."""
    ahead, exact = fitted.step.locate(fitted.start[both], newer.start[others])
    if not exact.all():
        k = int(np.argmin(exact))
        raise DataError(
            f"{newer.source}: series {str(fitted.ids[both[k]])!r} begins at "
            f"{written(newer.start[others[k]], newer.time_zone)}, which "
            f"is not a whole number of steps ({fitted.step.describe()}) from "
            f"{written(fitted.start[both[k]], fitted.time_zone)}, where "
            "the fitted rows stand"
        )
    return ahead


def _check_same(fitted: SeriesSet, s: int, newer: SeriesSet, old: _Rows, new: _Rows, ahead: int) -> None:
    first, last = max(0, ahead), min(len(old.target), ahead + len(new.target))
    if first >= last:
        return
    mine, theirs = slice(first, last), slice(first - ahead, last - ahead)
    before, now = old.target[mine], new.target[theirs]
    differ = old.observed[mine] & new.observed[theirs] & ~np.isclose(before, now, rtol=SAME, atol=0)
    if differ.any():
        k = int(np.argmax(differ))
        raise DataError(
            f"{newer.source}: series {str(fitted.ids[s])!r} has {now[k]:g} for "
            f"{written(fitted.times(s, first + k, 1)[0], fitted.time_zone)}, the fitted rows have {before[k]:g}; "
            "leave out rows that "
            "were there before, or fit again on those that were corrected"
        )


def _check_kind(fitted: SeriesSet, newer: SeriesSet) -> None:
    expected, found = (
        "whole numbers"
        if one.start.dtype.kind != "M"
        else f"time stamps {'without' if one.time_zone is None else 'with'} a zone"
        for one in (fitted, newer)
    )
    if expected != found:
        raise DataError(f"{newer.source}: expected {expected} as in the fitted rows, found {found}")
