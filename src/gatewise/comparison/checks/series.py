"""What is found in series: rows without a value, series that are there twice, drift, columns that know the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.checks.common import MOST_PLACES, Named, constant, drift, outliers, same, share_of
from gatewise.data.series import SeriesSet
from gatewise.verdict.evidence import Check, DataChecks

__all__ = ["series_checks"]

Rows = NDArray[np.int64]


def series_checks(
    series: SeriesSet, cut: tuple[Rows, Rows], season: int, untested: NDArray[Any]
) -> DataChecks:
    """Look into series.

    Parameters
    ----------
    cut : (training ends, test ends)
        Of the first split, by series.
    untested : array of str
        Series that were not tested on.
    """
    columns, made = _columns(series), series.columns.known_made
    training = [series.values(s)[: cut[0][s]] for s in range(len(series))]
    test = [series.values(s)[cut[0][s] : cut[1][s]] for s in range(len(series))]
    moves = [
        ("target", _changes(training, season), _changes(test, season)),
        # A part of a year is another one than those before it, and no drift.
        *((name, *_split(values, series, cut)) for name, values in columns if name not in made),
    ]
    targets = [(str(series.ids[s]), series.values(s)) for s in range(len(series))]
    many = len(series) >= MOST_PLACES
    checks = (
        _missing(series),
        _twice(series),
        constant([*_named_targets(targets), *columns], "column"),
        outliers([("target", series.target)] if many else targets),
        drift(moves),
        _known_answers(series, columns),
    )
    tested = len(series) - len(untested)
    first, last = (
        str(series.times(0, int(row), 1)[0])[:16]
        for row in (cut[0][0], max(int(cut[1][0]) - 1, int(cut[0][0])))
    )
    when = f"from {first} to {last}"
    whose = (
        f"The end of the series was tested on, {when}"
        if len(series) == 1
        else f"The ends of {tested:,} of {len(series):,} series were tested on ({series.ids[0]}: {when})"
    )
    return DataChecks(checks=checks, tested=f"{whose}; what came before was learned from.")


def _named_targets(targets: Named) -> Named:
    return [(f"target of {name}" if len(targets) > 1 else "target", values) for name, values in targets]


def _columns(series: SeriesSet) -> Named:
    named = [
        *zip(series.columns.past_channels, series.past.T, strict=False),
        *zip(series.columns.known_channels, series.known.T, strict=False),
    ]
    return [(str(name), values.astype(np.float64)) for name, values in named]


def _missing(series: SeriesSet) -> Check:
    filled = int((~series.observed).sum())
    shares = [
        1 - series.observed[series.offsets[s] : series.offsets[s + 1]].mean() for s in range(len(series))
    ]
    worst = np.argsort(-np.array(shares), kind="stable")[:MOST_PLACES]
    return Check(
        name="missing values",
        state="look" if filled else "good",
        found=f"{share_of(filled, series.rows)} rows" if filled else f"none of {series.rows:,} rows",
        method="rows that the table lacks, or that have no target; they hold the value before them and are "
        "never scored or learned from",
        places=tuple(f"{series.ids[s]}: {100 * shares[s]:.2g} %" for s in worst if shares[s] > 0),
    )


def _twice(series: SeriesSet) -> Check:
    seen: dict[bytes, str] = {}
    found = []
    for s in range(len(series)):
        content = series.values(s).tobytes()
        if content in seen:
            found.append(f"{series.ids[s]} is {seen[content]}")
        seen.setdefault(content, str(series.ids[s]))
    return Check(
        name="series that are there twice",
        state="look" if found else "good",
        found=share_of(len(found), len(series)) if found else f"none of {len(series):,}",
        method="all values of two series are equal",
        places=tuple(found[:MOST_PLACES]),
    )


def _changes(values: list[NDArray[Any]], season: int) -> NDArray[Any]:
    """Values less those a season before: levels that wander are no drift, other movements are."""
    lag = max(season, 1)
    parts = [one[lag:] - one[:-lag] for one in values if len(one) > lag]
    scales = [float(np.abs(one).mean()) or 1.0 for one in parts]
    return np.concatenate([one / scale for one, scale in zip(parts, scales, strict=True)] or [np.empty(0)])


def _split(
    values: NDArray[Any], series: SeriesSet, cut: tuple[Rows, Rows]
) -> tuple[NDArray[Any], NDArray[Any]]:
    parts = [values[series.offsets[s] : series.offsets[s + 1]] for s in range(len(series))]
    training = [one[: cut[0][s]] for s, one in enumerate(parts)]
    return np.concatenate(training), np.concatenate(
        [one[cut[0][s] : cut[1][s]] for s, one in enumerate(parts)]
    )


def _known_answers(series: SeriesSet, columns: Named) -> Check:
    """Columns known for the future that are the target, and past ones that run ahead of it."""
    found = []
    for name, values in columns:
        if name in series.columns.known_channels and same(values, series.target):
            found.append(f"{name} is known for the future and says the same as the target")
        elif same(values[:-1], series.target[1:]) and not same(series.target[:-1], series.target[1:]):
            found.append(f"{name} says one row before what the target will be")
    return Check(
        name="columns that know the answer",
        state="bad" if found else "good",
        found="; ".join(found)
        if found
        else f"none of {len(columns)}"
        if columns
        else "no other columns are used",
        method="columns known for the future that correlate with the target by more than 0.9999, and past ones "
        "that do so with its next row",
        places=tuple(found[:MOST_PLACES]),
    )
