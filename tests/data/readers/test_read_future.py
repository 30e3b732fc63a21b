"""Known covariates of the rows to be forecast."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from gatewise.data.readers import read_future, read_series

Refusal = Callable[[Callable[[], object]], str]

HORIZON = 2


def whole(times: object = None) -> pd.DataFrame:
    """Two series of four rows and two of the future; the covariate counts 0 … 5 and 10 … 15."""
    days = pd.date_range("2024-01-01", periods=6)
    return pd.DataFrame(
        {
            "unique_id": [*"aaaaaabbbbbb"],
            "ds": [*(days if times is None else times)] * 2,
            "y": [1.0, 2, 3, 4, np.nan, np.nan] * 2,
            "k": [*range(6), *range(10, 16)],
        }
    )


def future_of(table: pd.DataFrame) -> pd.DataFrame:
    return table[table.y.isna()].drop(columns="y")


@pytest.mark.parametrize("source", ["whole", "future alone", "shuffled", "with others"])
def test_rows_are_found_by_series_and_time(source: str) -> None:
    table = whole()
    history = read_series(table, target="y", known="k")
    given = {
        "whole": table,
        "future alone": future_of(table),
        "shuffled": table.sample(frac=1, random_state=0),
        "with others": pd.concat([future_of(table).assign(unique_id="c", k=-1), table]),
    }[source]
    future = read_future(given, history, HORIZON)
    assert future.dtype == np.float32
    assert future[..., 0].tolist() == [[4, 5], [14, 15]]


def test_several_targets_share_the_future_of_their_id() -> None:
    table = whole().assign(z=lambda frame: frame.y + 1)
    history = read_series(table, target=["y", "z"], known="k")
    assert history.ids.tolist() == ["a/y", "b/y", "a/z", "b/z"]
    assert read_future(table, history, HORIZON)[..., 0].tolist() == [[4, 5], [14, 15]] * 2


@pytest.mark.parametrize("alone", [True, False])
def test_counted_rows_follow_the_history(alone: bool) -> None:
    table = whole(
        pd.to_datetime(["2024-01-01", "2024-01-05", "2024-01-06", "2024-02-01", "2024-02-03", "2024-02-09"])
    )
    history = read_series(table, target="y", known="k", every="row")
    given = future_of(table) if alone else table
    assert read_future(given, history, HORIZON)[..., 0].tolist() == [[4, 5], [14, 15]]


def test_nothing_known() -> None:
    history = read_series(whole().dropna())
    assert read_future("anything", history, HORIZON).shape == (2, HORIZON, 0)


def test_a_row_that_lacks(refusal: Refusal) -> None:
    table = whole()
    history = read_series(table, target="y", known="k")
    assert refusal(lambda: read_future(future_of(table)[:-1], history, HORIZON)) == (
        "pandas frame: series 'b' has no row for 2024-01-06 00:00:00; expected 2 rows after its end with "
        "the known "
        "columns k"
    )


def test_a_value_that_lacks(refusal: Refusal) -> None:
    table = whole()
    history = read_series(table, target="y", known="k")
    table.loc[5, "k"] = np.nan
    assert refusal(lambda: read_future(table, history, HORIZON)) == (
        "pandas frame: row 5 (counted from 0), column 'k': expected a number for the future, found an "
        "empty cell, NaN "
        "or infinity (1 such row); give every known covariate a value"
    )


def test_a_row_that_is_there_twice(refusal: Refusal) -> None:
    table = whole()
    history = read_series(table, target="y", known="k")
    assert refusal(lambda: read_future(pd.concat([table, table[-1:]]), history, HORIZON)) == (
        "pandas frame: rows of the future repeat a time of their series; keep one row for each time"
    )


def test_another_zone(refusal: Refusal) -> None:
    table = whole()
    history = read_series(table, target="y", known="k")
    zoned = future_of(table).assign(ds=lambda frame: frame.ds.dt.tz_localize("UTC"))
    assert refusal(lambda: read_future(zoned, history, HORIZON)) == (
        "pandas frame: column 'ds': expected time stamps without a zone as in the history, found time "
        "stamps with a "
        "zone"
    )


def test_a_column_that_lacks(refusal: Refusal) -> None:
    table = whole()
    history = read_series(table, target="y", known="k")
    assert refusal(lambda: read_future(table.drop(columns="k"), history, HORIZON)) == (
        "pandas frame: has no column 'k' for known=; columns are unique_id (text), ds (time), y (number)"
    )
