"""The index of a pandas frame, to columns and back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from synthetic import waves

from gatewise import SequenceClassifier
from gatewise.data.readers import read_labelled, read_series
from gatewise.data.saved import series_from, series_saved
from gatewise.data.series import SeriesSet
from gatewise.errors import ReadError
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.sequence_arguments import as_sequences

ROWS = 60
DAYS = pd.date_range("2024-01-01", periods=ROWS, name="day")
MONTHS = pd.period_range("2015-01", periods=ROWS, freq="M")
VALUES = waves(ROWS, season=7)


def two_shops(names: tuple[str | None, str | None]) -> pd.DataFrame:
    """Two series under an index of shop and day."""
    index = pd.MultiIndex.from_product([["north", "south"], DAYS], names=names)
    return pd.DataFrame({"sales": np.concatenate([VALUES, VALUES + 1])}, index=index)


FRAMES = {
    "days": pd.DataFrame({"sales": VALUES}, index=DAYS),
    "series": pd.Series(VALUES, index=DAYS),
    "months": pd.DataFrame({"sales": VALUES}, index=MONTHS),
    "shops": two_shops(("shop", "day")),
    "no names": two_shops((None, None)),
}


def forecast(frame: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """Three rows ahead."""
    return LinearForecaster(3).fit(frame).predict()


@pytest.mark.parametrize("name", FRAMES)
def test_a_forecast_has_an_index_like_that_of_the_data(name: str) -> None:
    frame = FRAMES[name]
    found = forecast(frame)
    assert type(found.index) is type(frame.index)
    assert found.index.names == frame.index.names
    first = found.index[0]
    if name == "months":
        assert (first, found.index.dtype) == (MONTHS[-1] + 1, MONTHS.dtype)
    elif name in ("shops", "no names"):
        assert first == ("north", DAYS[-1] + pd.Timedelta("1D"))
        assert list(found.index.get_level_values(0)) == ["north"] * 3 + ["south"] * 3
        assert list(found) == ["y_hat", "lo-90", "hi-90"]
    else:
        assert first == DAYS[-1] + pd.Timedelta("1D")
        assert list(found) == ["unique_id", "y_hat", "lo-90", "hi-90"]


def test_the_same_forecast_as_of_columns() -> None:
    columns = FRAMES["shops"].reset_index()
    of_columns = LinearForecaster(3).fit(columns, id="shop", time="day").predict()
    assert list(of_columns) == ["shop", "day", "y_hat", "lo-90", "hi-90"]
    pd.testing.assert_frame_equal(
        of_columns.set_index(["shop", "day"]).rename_axis(["shop", "day"]), forecast(FRAMES["shops"])
    )


def test_an_index_is_saved_with_the_series() -> None:
    series = read_series(FRAMES["months"])
    again = series_from(*series_saved(series))
    assert again.index == series.index
    saved, arrays = series_saved(series)
    del saved["index"]
    old = series_from(saved, arrays)
    assert isinstance(old, SeriesSet)
    assert old.index is None


def test_periods_in_a_column_are_their_beginnings() -> None:
    frame = pd.DataFrame({"when": MONTHS, "sales": VALUES})
    assert read_series(frame).start[0] == np.datetime64("2015-01-01")


def test_numbers_of_rows_say_nothing() -> None:
    frame = pd.DataFrame({"ds": DAYS, "y": VALUES}, index=pd.Index(range(ROWS), name="row"))
    assert read_series(frame).index is None
    assert "row" not in str(read_series(frame).notes)


def test_a_name_that_is_there_twice() -> None:
    frame = pd.DataFrame({"day": range(ROWS), "sales": VALUES}, index=DAYS)
    with pytest.raises(ReadError) as error:
        read_series(frame)
    assert str(error.value) == "pandas frame: its index and a column are both called 'day'; rename one"


def test_instances_and_steps_in_an_index() -> None:
    index = pd.MultiIndex.from_product([["b", "a"], range(3)], names=["case", "step"])
    frame = pd.DataFrame({"x": range(6), "label": ["up"] * 3 + ["down"] * 3}, index=index)
    found = read_labelled(frame)
    assert [one.ravel().tolist() for one in found.sequences] == [[0, 1, 2], [3, 4, 5]]
    assert list(found.target) == ["up", "down"]
    # As sktime and aeon give them, beside labels.
    alone = as_sequences(SequenceClassifier(), frame[["x"]], reset=True)
    assert [one.ravel().tolist() for one in alone] == [[0, 1, 2], [3, 4, 5]]
