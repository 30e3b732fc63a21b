"""Newer rows behind the fitted ones, without training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from synthetic import TINY, forecasters, name_of, series_set, waves

import gatewise
from gatewise.data.series import Columns, SeriesSet
from gatewise.errors import DataError
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive
from gatewise.estimators.forecast.updating import continued

HORIZON = 6
STAMPS = pd.date_range("2024-03-01", periods=200, freq="h")


def frame(first: int, last: int, names: str = "ab") -> pd.DataFrame:
    parts = [
        pd.DataFrame({"unique_id": name, "ds": STAMPS, "y": waves(200, seed=ord(name))})[first:last]
        for name in names
    ]
    return pd.concat(parts, ignore_index=True)


def naive() -> SeasonalNaive:
    return SeasonalNaive(HORIZON, config=TINY).fit(frame(0, 120))


def same(one: Any, other: Any) -> None:
    # The unit of windows that hardly move is that of the fitted rows, or of the rows that are given.
    pd.testing.assert_frame_equal(one, other, rtol=1e-5)


@pytest.mark.parametrize("model", forecasters(HORIZON), ids=name_of)
def test_forecasts_go_on_from_the_newer_rows(model: Any, tmp_path: Path) -> None:
    model.fit(frame(0, 120))
    expected = model.predict(frame(0, 130))
    updated = model.update(frame(120, 130)).predict()
    # How much a fitted series moves was learned from the rows before; what intervals take from it is the same nearly.
    ends = ["lo-90", "hi-90"]
    same(updated.drop(columns=ends), expected.drop(columns=ends))
    np.testing.assert_allclose(updated[ends], expected[ends], rtol=0.01)
    model.save(tmp_path / "model")
    same(gatewise.load(tmp_path / "model").predict(), updated)


def test_rows_that_were_there_may_be_given_again() -> None:
    whole, part = naive().update(frame(0, 130)).predict(), naive().update(frame(110, 130)).predict()
    same(whole, naive().predict(frame(0, 130)))
    same(part, whole)
    same(naive().update(frame(0, 100)).predict(), naive().predict())


def test_rows_come_in_as_they_come() -> None:
    model = naive()
    for last in range(122, 132, 2):
        model.update(frame(last - 2, last))
    same(model.predict(), naive().predict(frame(0, 130)))


@pytest.mark.parametrize("first", [125, 150, 190])
def test_a_gap_is_laid_out(first: int) -> None:
    given = pd.concat([frame(0, 120), frame(first, first + 5)])
    model = naive().update(frame(first, first + 5))
    same(model.predict(), naive().predict(given))
    assert model.series_.observed[-5:].all()
    assert not model.series_.observed[-min(5 + first - 120, 24) : -5].any()


def test_a_row_that_was_missing_comes_late() -> None:
    late = frame(115, 116)
    fitted = frame(0, 120).drop(index=115)
    model = SeasonalNaive(HORIZON, config=TINY).fit(fitted)
    assert not model.series_.observed.all()
    model.update(pd.concat([late, frame(119, 121)]))
    assert model.series_.observed.all()
    same(model.predict(), naive().predict(frame(0, 121)))


def test_series_without_newer_rows_stay_and_new_ones_are_added() -> None:
    model = naive().update(pd.concat([frame(120, 130, "b"), frame(100, 125, "c")]))
    forecast = model.predict()
    assert forecast.groupby("unique_id")["ds"].min().to_dict() == {
        "a": STAMPS[120], "b": STAMPS[130], "c": STAMPS[125],
    }  # fmt: skip
    assert model.spread_.shape == (3,)


def test_new_series_have_the_columns_of_the_others() -> None:
    def table(first: int, last: int, shops: tuple[int, ...], **more: Any) -> pd.DataFrame:
        parts = [
            pd.DataFrame({"shop": shop, "item": "tea", "day": STAMPS, "sold": waves(200, seed=shop)})[
                first:last
            ]
            for shop in shops
        ]
        return pd.concat(parts, ignore_index=True).assign(**more)

    options: dict[str, Any] = {"id": ["shop", "item"], "target": "sold"}
    first = table(0, 120, (1, 2), size=lambda rows: rows["shop"] * 2.0)
    model = SeasonalNaive(HORIZON, config=TINY).fit(first, **options)
    assert model.columns_.found == ("size",)
    forecast = model.update(table(120, 130, (2, 3))).predict()
    assert forecast.groupby(["shop", "item"])["day"].min().to_dict() == {
        (1, "tea"): STAMPS[120], (2, "tea"): STAMPS[130], (3, "tea"): STAMPS[130],
    }  # fmt: skip
    # Of a series of which a static column says nothing the mean is taken.
    assert model.series_.static["size"].tolist() == [2, 4, 3]


def test_another_value_than_before_is_refused() -> None:
    corrected = frame(110, 130)
    corrected.loc[5, "y"] = 3.25
    model = naive()
    with pytest.raises(DataError) as error:
        model.update(corrected)
    before = frame(0, 120)["y"][115]
    assert str(error.value) == (
        f"pandas frame: series 'a' has 3.25 for 2024-03-05 19:00:00, the fitted rows have {before:g}; leave out rows "
        "that were there before, or fit again on those that were corrected"
    )
    same(model.predict(), naive().predict())


def test_rows_between_the_steps_are_refused() -> None:
    shifted = frame(120, 130).assign(ds=lambda rows: rows["ds"] + pd.Timedelta("30min"))
    with pytest.raises(DataError, match="not a whole number of steps"):
        naive().update(shifted)


def test_rows_without_times_follow() -> None:
    values = waves(130)
    model = SeasonalNaive(HORIZON, config=TINY).fit(pd.DataFrame({"y": values[:120]}), every="row")
    found = model.update(pd.DataFrame({"y": values[120:]})).predict()
    expected = SeasonalNaive(HORIZON, config=TINY).fit(pd.DataFrame({"y": values}), every="row").predict()
    assert found["ds"].tolist() == expected["ds"].tolist() == list(range(130, 136))
    np.testing.assert_allclose(found["y_hat"], expected["y_hat"], rtol=1e-5)


def test_what_stands_beside_the_target_goes_on_too() -> None:
    def part(first: int, last: int) -> SeriesSet:
        rows = np.arange(first, last)
        return series_set(
            [rows.astype(float)],
            past=rows[:, None].astype(np.float32) / 2,
            known=np.stack([rows, -rows], axis=1).astype(np.float32),
            start=np.array([np.datetime64("2024-01-01", "ns") + np.timedelta64(first, "h")]),
            columns=Columns(("unique_id",), "ds", ("y",), ("p",), ("k", "l")),
        )

    found = continued(part(0, 10), part(12, 14), 8)
    assert found.target.tolist() == [6, 7, 8, 9, 9, 9, 12, 13]
    assert found.observed.tolist() == [True] * 4 + [False] * 2 + [True] * 2
    assert found.past[:, 0].tolist() == [3, 3.5, 4, 4.5, 4.5, 4.5, 6, 6.5]
    assert found.known.tolist() == [[row, -row] for row in (6, 7, 8, 9, 9, 9, 12, 13)]
    assert found.start.tolist() == part(6, 7).start.tolist()
    # Of a gap of years no more is laid out than is read.
    far = continued(part(0, 10), part(10**6, 10**6 + 2), 8)
    assert far.target.tolist() == [9] * 6 + [10**6, 10**6 + 1]
    assert far.observed.tolist() == [False] * 6 + [True] * 2


def test_one_row_is_taken_on_the_days_of_the_model() -> None:
    days = pd.bdate_range("2024-01-01", periods=61)
    table = pd.DataFrame({"ds": days.strftime("%d/%m/%Y"), "y": np.arange(61.0)})
    model = SeasonalNaive(2, config=TINY).fit(table[:60])
    forecast = model.update(table[60:]).predict()
    assert forecast["ds"].tolist() == list(days[-1] + pd.offsets.BDay() * np.arange(1, 3))
