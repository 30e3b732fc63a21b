"""Series on calendars and clocks: zones, gaps, steps that are asked for, rows that a model is to continue."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from gatewise.data.readers import read, read_future, read_series
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError, ReadError
from gatewise.estimators.forecast.frames import forecast_frame

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]
BERLIN = pd.date_range("2024-01-01", "2024-12-01", freq="D", tz="Europe/Berlin")


def frame(times: object, **columns: object) -> pd.DataFrame:
    table = pd.DataFrame({"ds": times, "y": 0.0, **columns})
    return table.assign(y=np.arange(len(table)) + 0.5) if "y" not in columns else table


def following(series: SeriesSet, rows: int = 2) -> list[str]:
    """The stamps of a forecast, as its frame has them."""
    found = forecast_frame(series, series.lengths, np.zeros((len(series), rows, 1)), ())
    when = found["ds"] if isinstance(found, pd.DataFrame) else found["ds"].to_pylist()
    return [str(pd.Timestamp(one)) for one in when]


def remedy(call: Callable[[], object]) -> tuple[str, dict[str, object]]:
    with pytest.raises(ReadError) as error:
        call()
    return str(error.value), dict(error.value.remedy)


@pytest.mark.parametrize("kind", ["file", "frame"])
def test_changing_offsets_are_a_zone(kind: str, write: Write) -> None:
    table = frame(BERLIN)
    text = table.assign(ds=[str(one) for one in BERLIN])
    source = write("a.csv", text.to_csv(index=False)) if kind == "file" else text
    where = "a.csv: line 2" if kind == "file" else "pandas frame: row 0 (counted from 0)"
    message, options = remedy(lambda: read(source))
    assert message == (
        f"{where}, column 'ds': times are irregular, 2024-01-01 00:00:00 is not a whole number of steps (1 day) from "
        "the others of its series (126 such rows); their distances from UTC are those of a zone, name it with "
        'timezone="Europe/Berlin"'
    )
    assert options == {"timezone": "Europe/Berlin"}
    series = read_series(source, timezone="Europe/Berlin")
    assert (series.rows, series.observed.all(), series.time_zone) == (len(BERLIN), True, "Europe/Berlin")
    assert following(series)[0] == "2024-12-02 00:00:00+01:00"
    # Days of UTC are not those of the file; who means them says so.
    message, options = remedy(lambda: read(source, every="1D"))
    assert message.endswith(
        "column 'ds': 1 day would begin at midnight of UTC, but distances from it are those of Europe/Berlin; name the "
        'zone with timezone="Europe/Berlin", or timezone="UTC"'
    )
    assert read_series(source, every="1D", **options).rows == len(BERLIN)
    assert read_series(source, every="1D", timezone="UTC").time_zone == "UTC"


def test_irregular_times_of_a_zone_are_averaged_in_it() -> None:
    times = [one + pd.Timedelta(f"{k * k % 11}h") for k, one in enumerate(BERLIN)]
    message, options = remedy(lambda: read(frame([str(one) for one in times])))
    assert options == {"every": "1D", "timezone": "Europe/Berlin"}
    assert message.endswith('with every="1D" and timezone="Europe/Berlin", or count rows with every="row"')
    # Distances of no zone leave the days alone.
    strange = [str(one) for one in times[:-1]] + [times[-1].isoformat(sep=" ")[:-6] + "+05:07"]
    assert remedy(lambda: read(frame(strange)))[1] == {"every": "row"}


def test_clocks_without_a_zone_are_those_of_the_one_that_is_named() -> None:
    hours = pd.date_range("2024-10-26", "2024-10-29", freq="h", tz="Europe/Berlin")
    clock = frame([one.strftime("%d.%m.%Y %H:%M") for one in hours])
    series = read_series(clock, timezone="Europe/Berlin")
    assert (series.rows, series.time_zone, series.observed.all()) == (len(hours), "Europe/Berlin", True)
    assert following(series)[0] == "2024-10-29 01:00:00+01:00"
    with pytest.raises(ConfigurationError) as error:
        read_series(frame(range(5)), time="ds", timezone="Europe/Berlin")
    assert str(error.value) == (
        'timezone="Europe/Berlin" needs dates, but times are whole numbers; leave it out'
    )


def test_messages_show_what_clocks_of_the_zone_show(refusal: Refusal) -> None:
    hours = pd.date_range("2024-07-01", periods=30, freq="h", tz="Europe/Berlin")
    twice = frame([*hours, hours[7]])
    assert "time 2024-07-01 07:00:00 is there already" in refusal(lambda: read_series(twice))


@pytest.mark.parametrize("zone", ["Africa/Cairo", "America/Santiago", "Asia/Beirut", "America/Havana"])
def test_forecast_stamps_can_be_given_back_as_the_future(zone: str) -> None:
    year = pd.date_range("2024-01-01", "2024-12-31", freq="D")
    days = year.tz_localize(zone, nonexistent="shift_forward", ambiguous=np.ones(len(year), bool))
    for last in range(60, 330, 5):
        series = read_series(frame(days[:last], promo=1.0), known="promo")
        future = forecast_frame(series, series.lengths, np.zeros((1, 8, 1)), ())[["ds"]]
        assert list(future["ds"]) == list(days[last : last + 8])
        assert read_future(future.assign(promo=2.0), series, 8).tolist() == [[[2.0]] * 8]


def test_a_wrong_month_end_is_the_row_that_is_named(refusal: Refusal) -> None:
    ends = pd.date_range("2018-01-31", periods=41, freq="ME").to_series().reset_index(drop=True)
    for row in (0, 16):
        typo = ends.copy()
        typo[row] -= pd.Timedelta("1D")
        assert refusal(lambda typo=typo: read_series(frame(typo))).startswith(
            f"pandas frame: row {row} (counted from 0), column 'ds': times are irregular, {typo[row]} is not a whole"
        )


def test_a_wrong_first_hour_is_the_row_that_is_named(refusal: Refusal) -> None:
    hours = pd.date_range("2024-01-01", periods=40, freq="h").to_series().reset_index(drop=True)
    hours[0] += pd.Timedelta("13min")
    assert refusal(lambda: read_series(frame(hours))).startswith(
        "pandas frame: row 0 (counted from 0), column 'ds': times are irregular, 2024-01-01 00:13:00 is not a whole "
        "number of steps (1 hour) from the others of its series (1 such row)"
    )


def bars(days: int) -> pd.DatetimeIndex:
    """Five-minute bars of an exchange that is open for 6.5 hours."""
    return pd.DatetimeIndex(
        [
            time
            for day in pd.bdate_range("2024-01-02", periods=days)
            for time in pd.date_range(day + pd.Timedelta("9h30min"), periods=78, freq="5min")
        ]
    )


def test_a_grid_of_mostly_missing_rows_is_told_with_another() -> None:
    series = read_series(frame(bars(5)))
    assert series.notes[-1] == (
        "most rows of this grid are filled, 1,416 of 1,806, and forecasts may fall on times that never have one; "
        'every="row" takes the rows that there are as equally spaced'
    )
    assert read_series(frame(bars(5)), every="row").rows == 390


def test_rows_that_jitter_belong_to_the_nearest_step() -> None:
    random = np.random.default_rng(0)
    times = pd.date_range("2024-01-01", periods=500, freq="5min")
    table = frame(times + pd.to_timedelta(random.integers(-20, 20, 500), unit="s"))
    message, options = remedy(lambda: read(table))
    assert options == {"every": "5min"}, message
    series = read_series(table, **options)
    assert (series.rows, series.observed.all(), series.notes) == (500, True, ())
    assert series.start[0] == np.datetime64("2024-01-01")
    np.testing.assert_array_equal(series.target, table.y)
    # What lies late in a longer step does not move to the next.
    late = frame(pd.date_range("2024-01-01 23:50", periods=20, freq="D"))
    assert read_series(late, every="1D").start[0] == np.datetime64("2024-01-01")


@pytest.mark.parametrize(
    ("aggregate", "values"),
    [(None, [10, 10, 10]), ("mean", [10, 10, 10]), ("sum", [310, 280, 100]), ("last", [10] * 3)],
)
def test_what_becomes_of_rows_in_one_step(aggregate: str | None, values: list[float]) -> None:
    table = frame(pd.date_range("2023-01-01", "2023-03-10"), y=10.0, price=2.0)
    series = read_series(table, target="y", past="price", every="1M", aggregate=aggregate)  # type: ignore[arg-type]  # as given
    assert series.target.tolist() == values
    assert series.past[:, 0].tolist() == [2, 2, 2]
    assert series.notes == ("the last month is not whole: rows end at 2023-03-10 00:00:00",)


def test_the_last_and_the_sum_are_of_values_that_are_there() -> None:
    times = pd.date_range("2024-01-01", periods=8, freq="6h")
    table = frame(times, y=[1, 2, np.nan, np.nan, 5, 6, 7, 8])
    options = {"every": "1D", "impute": "previous"}
    assert read_series(table, aggregate="last", **options).target.tolist() == [2, 8]  # type: ignore[arg-type]  # known words
    assert read_series(table, aggregate="sum", **options).target.tolist() == [3, 26]  # type: ignore[arg-type]  # known words
    twice = pd.concat([table.dropna(), table.dropna()])
    summed = read_series(twice, every="1D", aggregate="sum", duplicates="mean")
    assert summed.target.tolist() == [3, 26], "a duplicate is averaged, not added"


def test_an_aggregate_needs_a_step() -> None:
    with pytest.raises(ConfigurationError) as error:
        read_series(frame(pd.date_range("2024-01-01", periods=9)), aggregate="sum")
    assert str(error.value) == (
        'aggregate: says what becomes of rows in one step; name the step with every=, such as every="1M"'
    )
    with pytest.raises(ConfigurationError) as error:
        read_series(frame(pd.date_range("2024-01-01", periods=9)), aggregate="median", every="1W")  # type: ignore[arg-type]  # the mistake
    assert str(error.value) == "aggregate: expected mean, sum or last, got 'median'"


def test_rows_without_a_target_at_the_end_are_the_future(refusal: Refusal) -> None:
    table = frame(pd.date_range("2022-01-01", periods=120))
    table.loc[106:, "y"] = np.nan
    for impute in (None, "previous"):
        series = read_series(table, impute=impute)  # type: ignore[arg-type]  # known words
        assert series.rows == 106
        assert series.notes == ("14 rows at the end without a target left out: the future",)
        assert following(series)[0] == "2022-04-17 00:00:00"
    table.loc[50, "y"] = np.nan
    assert (
        "row 50 (counted from 0), column 'y': expected a number, found an empty cell or NaN (1 such row)"
        in refusal(lambda: read_series(table))
    )


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("B", [range(5), range(1), [0, 10], range(3, 9)]),
        ("W", [[0, 2], range(1), range(30)]),
        ("ME", [range(2), range(1), [1, 2], [1, 3]]),
        ("BME", [range(1), [3, 4], [1, 2, 3]]),
        ("QE", [range(2), range(1)]),
        ("h", [range(1), [0, 3], range(9)]),
    ],
)
def test_new_rows_stand_on_the_step_of_the_fitted_ones(rule: str, rows: list[list[int]]) -> None:
    times = pd.date_range("2023-01-02", periods=80, freq=rule)
    fitted = read_series(frame(times[:60]))
    for few in rows:
        new = read_series(frame(times[np.array(few)]), fitted)
        assert new.step == fitted.step
        assert following(new) == [str(one) for one in times[few[-1] + 1 : few[-1] + 3]]


def test_rows_further_apart_are_not_taken_for_gaps() -> None:
    fitted = read_series(frame(pd.date_range("2024-01-01", periods=60, freq="h")))
    assert read_series(frame(pd.date_range("2024-03-01", periods=6)), fitted).step.describe() == "1 day"


@pytest.mark.parametrize(
    ("options", "texts", "newer"),
    [
        ({}, ["25/01/2022", "26/01/2022", "27/01/2022"], ("01/02/2022", "2022-02-01")),
        ({"day_first": False}, ["1/1/2022", "2/1/2022", "3/1/2022"], ("4/1/2022", "2022-04-01")),
        ({"date_format": "%d.%b.%Y"}, ["25.Jan.2022", "26.Jan.2022"], ("01.Feb.2022", "2022-02-01")),
        ({}, ["22-01-30", "22-01-31", "22-02-01"], ("22-02-02", "2022-02-02")),
        ({}, [202201, 202202, 202203], (202204, "2022-04-01")),
        ({}, [202150, 202151, 202152, 202201, 202202], (202203, "2022-01-17")),
        ({"date_format": "%d%m%Y"}, [1022022, 2022022], (3022022, "2022-02-03")),
    ],
)
def test_dates_are_read_as_they_were_when_a_model_was_fitted(
    options: dict[str, object], texts: list[object], newer: tuple[object, str]
) -> None:
    fitted = read_series(frame(texts), time="ds", **options)  # type: ignore[arg-type]  # known words
    assert read_series(frame([newer[0]]), fitted, time="ds").start[0] == np.datetime64(newer[1])
    # Dates that are none of text are themselves.
    later = read_series(frame(pd.to_datetime([newer[1]])), fitted, time="ds")
    assert later.start[0] == np.datetime64(newer[1])


def test_what_counted_goes_on_counting() -> None:
    fitted = read_series(frame(range(3000)), time="ds")
    assert read_series(frame(range(1990, 2020)), fitted, time="ds").start.tolist() == [1990]
    rows = read_series(frame(bars(2)), every="row")
    assert read_series(frame(bars(3)[-9:]), rows).step == rows.step


def test_the_step_and_the_zone_of_a_model_are_kept() -> None:
    days = pd.date_range("2023-01-01", "2023-12-31")
    fitted = read_series(frame(days, y=1.0), every="1M", aggregate="sum")
    new = read_series(frame(days[:59], y=1.0), fitted)
    assert (new.target.tolist(), new.step) == ([31, 28], fitted.step)
    text = [str(one) for one in BERLIN]
    zoned = read_series(frame(text), timezone="Europe/Berlin")
    later = read_series(frame(text[200:230]), zoned)
    assert (later.time_zone, later.step) == ("Europe/Berlin", zoned.step)
    assert following(later)[0] == str(BERLIN[230])
