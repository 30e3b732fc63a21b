"""Tables to regular series: every kind of source, every defect."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from gatewise.data.readers import read_series
from gatewise.data.series import SeriesSet
from gatewise.data.step import Step
from gatewise.errors import ConfigurationError, ReadError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]


def hours(count: int, begin: str = "2024-01-01", zone: str | None = None) -> pd.DatetimeIndex:
    return pd.date_range(begin, periods=count, freq="h", tz=zone)


def frame(rows: int = 6, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"ds": hours(rows), "y": np.arange(rows, dtype=float), **columns})


def assert_same(one: SeriesSet, other: SeriesSet) -> None:
    for field in dataclasses.fields(SeriesSet):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if field.name in ("source", "frame_kind", "time_type"):
            continue
        if field.name == "columns":
            # Text says what stands before decimals, frames need not.
            left, right = (dataclasses.replace(columns, decimal="") for columns in (left, right))
        if isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right, err_msg=field.name)
            assert left.dtype == right.dtype, field.name
        elif field.name in ("static", "keys"):
            assert {name: values.tolist() for name, values in left.items()} == {
                name: values.tolist() for name, values in right.items()
            }
        else:
            assert left == right, field.name


def test_every_kind_of_source_gives_the_same(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "unique_id": ["b"] * 5 + ["a"] * 4,
            "ds": [*hours(5), *hours(4, "2024-02-01")],
            "y": [1.5, 2, 3, 4, 5, 6, 7, 8, 9],
            "price": [1, 2, 3, 4, 5, 6, 7, 8, 9],
            "town": ["Köln"] * 5 + ["Ulm"] * 4,
            "size": [3.5] * 5 + [4.5] * 4,
            "open": [True, False, True, True, False, True, False, False, True],
        }
    ).drop(index=2)
    table.to_csv(tmp_path / "a.csv", index=False)
    table.to_csv(tmp_path / "a.tsv", index=False, sep="\t")
    table.to_parquet(tmp_path / "a.parquet")
    text = table.assign(ds=table.ds.dt.strftime("%Y-%m-%d %H:%M:%S"))
    sources = {
        "pandas": [table, text, table.astype({"unique_id": "category"})],
        "polars": [pl.from_pandas(table), pl.from_pandas(table).lazy()],
        "pyarrow": [
            pa.Table.from_pandas(table),
            *(tmp_path / f"a.{end}" for end in ("csv", "tsv", "parquet")),
        ],
    }
    first = read_series(table, past="price", known="open")
    for kind, several in sources.items():
        for source in several:
            series = read_series(source, past="price", known="open")
            assert_same(series, first)
            assert series.frame_kind == kind
    assert first.ids.tolist() == ["b", "a"]
    assert first.offsets.tolist() == [0, 5, 9]
    assert first.target.tolist() == [1.5, 2, 2, 4, 5, 6, 7, 8, 9]
    assert first.observed.tolist() == [True, True, False, *[True] * 6]
    assert first.past[:, 0].tolist() == [1, 2, 2, 4, 5, 6, 7, 8, 9]
    assert first.known[:, 0].tolist() == [1, 0, 0, 1, 0, 1, 0, 0, 1]
    assert first.static["town"].tolist() == ["Köln", "Ulm"]
    assert first.static["size"].tolist() == [3.5, 4.5]
    assert first.step == Step.parse("1h")
    np.testing.assert_array_equal(
        first.start, np.array(["2024-01-01", "2024-02-01"], "datetime64[ns]"), strict=True
    )
    assert first.notes == (
        "1 missing hour (longest gap 1) filled with the last value before, never scored",
        "taken as static, as they never change within a series: town, size",
    )
    assert first.columns.describe() == (
        "id=unique_id, time=ds, target=y, past=price, known=open, static=town,size"
    )


def test_the_target_can_be_written_to() -> None:
    assert read_series(pa.table({"ds": pa.array(hours(3)), "y": [1.0, 2.0, 3.0]})).target.flags.writeable


def test_ids_keep_their_zeros(write: Write) -> None:
    path = write("a.csv", "shop,ds,y\n007,2024-01-01,1\n007,2024-01-02,2\n")
    assert read_series(path, id="shop").ids.tolist() == ["007"]


def test_neither_path_nor_frame(refusal: Refusal) -> None:
    assert refusal(lambda: read_series(3)) == (  # type: ignore[arg-type]
        "a source of type int cannot be read; expected a path or a pandas, polars or pyarrow frame"
    )


def test_an_empty_frame(refusal: Refusal) -> None:
    assert refusal(lambda: read_series(frame(0))) == (
        "pandas frame: has no rows; expected at least two rows of data"
    )


def test_column_names_of_a_frame_that_repeat(refusal: Refusal) -> None:
    table = frame()
    table.columns = pd.Index(["y", "y"])
    assert refusal(lambda: read_series(table)) == (
        "frame: column names are not unique ('y' 2 times); give each column its own name"
    )


def test_text_in_a_number_column(write: Write, refusal: Refusal) -> None:
    path = write("a.csv", "ds,y\n2024-01-01,1\n2024-01-02,NA\n2024-01-03,n.d.\n")
    expected = "column 'y': expected a number, found 'n.d.'"
    assert refusal(lambda: read_series(path)) == f"a.csv: line 4, {expected}"
    table = pd.DataFrame({"ds": hours(3), "y": [1, None, "n.d."]}, dtype=object).astype(
        {"ds": "datetime64[ns]"}
    )
    assert refusal(lambda: read_series(table)) == f"pandas frame: row 2 (counted from 0), {expected}"
    dated = pd.DataFrame({"ds": hours(3), "y": [1.0, 2, 3], "when": hours(3).astype("datetime64[us]")})
    assert refusal(lambda: read_series(dated, time="ds", target="when")) == (
        "pandas frame: column 'when' holds timestamp[us]; expected numbers"
    )


@pytest.mark.parametrize(
    ("cell", "found"),
    [("", "an empty cell or NaN"), ("NaN", "an empty cell or NaN"), ("inf", "inf"), ("-inf", "-inf")],
)
@pytest.mark.parametrize("name", ["y", "p", "k"])
def test_missing_and_infinite_values(
    name: str, cell: str, found: str, write: Write, refusal: Refusal
) -> None:
    cells = {"y": "1", "p": "1", "k": "1"} | {name: cell}
    bad = ",".join(cells.values())
    path = write(
        "a.csv", f"ds,y,p,k\n2024-01-01,1,1,1\n2024-01-02,{bad}\n2024-01-03,{bad}\n2024-01-04,1,1,1\n"
    )
    assert refusal(lambda: read_series(path, target="y", past="p", known="k")) == (
        f"a.csv: line 3, column {name!r}: expected a number, found {found} (2 such rows); "
        'correct it, or fill it with the value before it with impute="previous"'
    )


def test_impute_takes_the_value_before_and_marks_the_row() -> None:
    table = frame(y=[np.nan, np.nan, 3, np.inf, 5, np.nan], p=[np.nan, 2, np.nan, 4, 5, 6])
    series = read_series(table, past="p", target="y", impute="previous")
    assert series.target.tolist() == [3, 3, 5]
    assert series.observed.tolist() == [True, False, True]
    assert series.past[:, 0].tolist() == [2, 4, 5]
    assert series.start[0] == np.datetime64("2024-01-01T02:00")
    assert series.notes == (
        "1 row at the end without a target left out: the future",
        "3 cells of 'y' empty, NaN or infinite, filled with the last value before them",
        "2 cells of 'p' empty, NaN or infinite, filled with the last value before them",
        "2 rows before the first value of 'y' or its covariates cut off",
    )


def test_impute_never_looks_into_another_series_or_the_future() -> None:
    table = pd.DataFrame(
        {
            "unique_id": ["a"] * 3 + ["b"] * 3 + ["c"] * 3,
            "ds": [*hours(3)] * 3,
            "y": [1, 2, 3, np.nan, 5, 6, np.nan, np.nan, np.nan],
        }
    )
    series = read_series(table, impute="previous")
    assert series.ids.tolist() == ["a", "b"]
    assert series.target.tolist() == [1, 2, 3, 5, 6]
    assert series.start[1] == np.datetime64("2024-01-01T01:00")
    assert "1 series dropped, without any value of 'y'" in series.notes


def test_no_value_at_all(refusal: Refusal) -> None:
    table = frame(y=[np.nan] * 6)
    assert refusal(lambda: read_series(table, target="y", impute="previous")) == (
        "pandas frame: no value of y is a number; nothing is left to read"
    )


def test_gaps_are_filled_and_counted() -> None:
    series = read_series(frame(40).drop(index=[3, 10, 11, 12, 13]))
    assert len(series.target) == 40
    assert series.target[[2, 3, 4, 9, 13, 14]].tolist() == [2, 2, 4, 9, 9, 14]
    assert np.flatnonzero(~series.observed).tolist() == [3, 10, 11, 12, 13]
    assert series.notes == (
        "5 missing hours (longest gap 4) filled with the last value before, never scored",
    )


def test_a_wrong_year_is_no_gap(write: Write, refusal: Refusal) -> None:
    text = "ds,y\n" + "".join(f"2024-01-01 {hour:02}:00,1\n" for hour in range(20)) + "2042-01-01 00:00,1\n"
    assert refusal(lambda: read_series(write("a.csv", text))) == (
        "a.csv: line 22, column 'ds': the gap before 2042-01-01 00:00:00 is too long, 157,780 of 157,801 "
        "rows would "
        'be missing (1 hour each); correct that time, or count rows with every="row"'
    )


def test_unsorted_rows_are_sorted() -> None:
    table = pd.DataFrame({"unique_id": [*"aabb"], "ds": [*hours(2)] * 2, "y": [1.0, 2, 3, 4]})
    series = read_series(table.iloc[[3, 1, 0, 2]])
    assert series.ids.tolist() == ["b", "a"]
    assert series.target.tolist() == [3, 4, 1, 2]
    assert series.notes == ("rows were not in the order of time; sorted",)
    # Series that take turns are a usual layout, not a defect.
    assert read_series(table.iloc[[0, 2, 1, 3]]).notes == ()


def test_duplicates_are_refused_by_place(write: Write, refusal: Refusal) -> None:
    text = "unique_id,ds,y\na,2024-01-01,1\na,2024-01-02,2\na,2024-01-01,3\nb,2024-01-01,4\n"
    assert refusal(lambda: read_series(write("a.csv", text))) == (
        "a.csv: line 4, time 2024-01-01 00:00:00 of series 'a' is there already on line 2 (1 such row); "
        "keep one with "
        'duplicates="first" or "last", or average them with duplicates="mean"'
    )
    text = text.replace("unique_id", "shop")
    assert refusal(lambda: read_series(write("a.csv", text))) == (
        "a.csv: line 4, time 2024-01-01 00:00:00 is there already on line 2 (2 such rows); name the column "
        'that tells series apart with id=, or keep one with duplicates="first" or "last", or average them with '
        'duplicates="mean"'
    )


@pytest.mark.parametrize(
    ("policy", "expected", "note"),
    [
        ("first", [1, 2, 5], "the first kept"),
        ("last", [4, 2, 5], "the last kept"),
        ("mean", [2.5, 2, 5], "averaged"),
    ],
)
def test_duplicates_are_settled_on_request(policy: str, expected: list[float], note: str) -> None:
    table = pd.DataFrame({"ds": hours(3)[[0, 1, 0, 2]], "y": [1.0, 2, 4, 5]})
    series = read_series(table, duplicates=policy)  # type: ignore[arg-type]
    assert series.target.tolist() == expected
    assert series.notes[-1] == f"1 row with the time of another row of the series: {note}"


def test_irregular_times_are_refused(refusal: Refusal) -> None:
    times = hours(6).to_series().reset_index(drop=True)
    times[3] += pd.Timedelta("13min")
    assert refusal(lambda: read_series(frame(ds=times))) == (
        "pandas frame: row 3 (counted from 0), column 'ds': times are irregular, 2024-01-01 03:13:00 is "
        "not a whole "
        "number of steps (1 hour) after the first of its series (1 such row); average into equal steps with "
        'every="1h", or count rows with every="row"'
    )
    sparse = hours(30)[[0, 1, 2, 9, 12, 15, 20, 24]]
    assert refusal(lambda: read_series(frame(8, ds=sparse))) == (
        "pandas frame: column 'ds': times are irregular, only 2 of 7 distances are the most common one (1 "
        "hour); "
        'average into equal steps with every="6h", or count rows with every="row"'
    )


def test_irregular_numbers_are_refused(refusal: Refusal) -> None:
    assert refusal(lambda: read_series(frame(5, ds=[0, 2, 4, 6, 7]), time="ds")) == (
        "pandas frame: row 4 (counted from 0), column 'ds': times are irregular, 7 is not a whole number "
        "of steps "
        "(2 rows) after the first of its series (1 such row); correct the numbers, or count rows with "
        'every="row"'
    )


def test_every_averages_rows_into_equal_steps() -> None:
    times = pd.to_datetime(["2024-01-01 00:10", "2024-01-01 00:50", "2024-01-01 01:30", "2024-01-01 03:59"])
    series = read_series(
        pd.DataFrame({"ds": times, "y": [1.0, 2, 4, 8], "p": [2.0, 4, 6, 8]}),
        target="y",
        past="p",
        every="1h",
    )
    assert series.target.tolist() == [1.5, 4, 4, 8]
    assert series.past[:, 0].tolist() == [3, 6, 6, 8]
    assert series.observed.tolist() == [True, True, False, True]
    assert series.start[0] == np.datetime64("2024-01-01")
    assert series.step == Step.parse("1h")


def test_every_month_and_each_series() -> None:
    days = pd.date_range("2024-01-15", "2024-03-20", freq="D")
    table = pd.DataFrame({"unique_id": ["a"] * len(days) + ["b"] * len(days), "ds": [*days, *days]})
    table["y"] = table.ds.dt.month + 10.0 * (table.unique_id == "b")
    series = read_series(table, every="1M")
    assert series.target.tolist() == [1, 2, 3, 11, 12, 13]
    np.testing.assert_array_equal(
        series.times(1, 1, 3), np.array(["2024-02-01", "2024-03-01", "2024-04-01"], "datetime64[ns]")
    )


def test_every_row_counts_rows() -> None:
    times = hours(30)[[0, 1, 2, 9, 12, 15, 20, 24]]
    series = read_series(frame(8, ds=times).iloc[::-1], every="row")
    assert series.target.tolist() == [*range(8)]
    assert series.step == Step("count", 1)
    assert series.times(0, 6, 3).tolist() == [6, 7, 8]
    assert read_series(pd.DataFrame({"y": [3.0, 1, 2]}), every="row").target.tolist() == [3, 1, 2]


def test_every_needs_dates() -> None:
    with pytest.raises(ConfigurationError) as error:
        read_series(frame(3, ds=[0, 1, 2]), time="ds", every="1h")
    assert str(error.value) == 'every="1h" needs dates, but times are whole numbers; use every="row"'


def test_unknown_options() -> None:
    with pytest.raises(ConfigurationError) as error:
        read_series(frame(), duplicates="sum")  # type: ignore[arg-type]
    assert str(error.value) == "duplicates: expected error, first, last or mean, got 'sum'"
    with pytest.raises(ConfigurationError) as error:
        read_series(frame(), impute="mean")  # type: ignore[arg-type]
    assert str(error.value) == "impute: expected previous, or nothing, got 'mean'"


@pytest.mark.parametrize("ending", ["Z", "+00:00", "+0000"])
def test_text_with_a_zone_is_utc(ending: str, write: Write) -> None:
    series = read_series(
        write("a.csv", f"ds,y\n2024-01-01T00:00:00{ending},1\n2024-01-01T01:00:00{ending},2\n")
    )
    assert series.time_zone == "UTC"
    assert series.start[0] == np.datetime64("2024-01-01")


def test_offsets_are_applied(write: Write) -> None:
    path = write("a.csv", "ds,y\n2024-03-31T01:00:00+01:00,1\n2024-03-31T03:00:00+02:00,2\n")
    series = read_series(path)
    np.testing.assert_array_equal(
        series.times(0, 0, 2), np.array(["2024-03-31T00", "2024-03-31T01"], "datetime64[ns]")
    )


def test_a_mix_of_zones_and_none_is_refused(write: Write, refusal: Refusal) -> None:
    path = write("a.csv", "ds,y\n2024-01-01T00:00:00,1\n2024-01-01T01:00:00Z,2\n")
    assert refusal(lambda: read_series(path)) == (
        "a.csv: line 3, column 'ds': '2024-01-01T01:00:00Z' has a time zone, the rows before it have none; "
        "write all time stamps with a zone, or none"
    )


def test_hours_of_a_zone_are_regular_where_clocks_change() -> None:
    series = read_series(frame(72, ds=hours(72, "2024-03-30", "Europe/Berlin")))
    assert series.rows == 72
    assert series.observed.all()
    assert series.time_zone == "Europe/Berlin"
    assert series.start[0] == np.datetime64("2024-03-29T23:00")


def test_days_of_a_zone_are_regular_where_clocks_change() -> None:
    days = pd.date_range("2024-03-25", periods=20, freq="D", tz="Europe/Berlin")
    series = read_series(frame(20, ds=days))
    assert series.rows == 20
    assert series.step.describe() == "1 day"
    assert series.times(0, 20, 1)[0] == np.datetime64("2024-04-13T22:00")


def test_clock_time_without_a_zone_repeats_an_hour_in_autumn(refusal: Refusal) -> None:
    clock = hours(72, "2024-10-26", "Europe/Berlin").tz_localize(None)
    assert refusal(lambda: read_series(frame(72, ds=clock))).startswith(
        "pandas frame: row 27 (counted from 0), time 2024-10-27 02:00:00 is there already on row 26"
    )


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(["1949-01", "1949-02", "1949-03"], "1 month"), (["2024/01/01", "2024/01/02", "2024/01/03"], "1 day")],
)
def test_other_ways_to_write_dates(texts: list[str], expected: str) -> None:
    assert read_series(frame(3, ds=texts)).step.describe() == expected


def test_dates_that_are_none(write: Write, refusal: Refusal) -> None:
    path = write("a.csv", "ds,y\n2024-01-01,1\n2024-13-01,2\n2024-01-03,2\n")
    assert refusal(lambda: read_series(path)) == (
        "a.csv: line 3, column 'ds': expected a date such as 2024-01-31 or 2024-01-31 18:00, found "
        "'2024-13-01'"
    )
    path = write("b.csv", "ds,y\n2024-01-01,1\n,2\n2024-01-03,2\n")
    assert refusal(lambda: read_series(path)) == (
        "b.csv: line 3, column 'ds' is empty; expected a time stamp in every row"
    )
    path = write("c.csv", "ds,y\n0.5,1\n1.5,2\n")
    assert refusal(lambda: read_series(path, time="ds")) == (
        "c.csv: line 2, column 'ds': expected a date or a whole number, found 0.5"
    )


def test_an_empty_id(write: Write, refusal: Refusal) -> None:
    path = write("a.csv", "unique_id,ds,y\na,2024-01-01,1\n,2024-01-02,2\n")
    assert refusal(lambda: read_series(path)) == (
        "a.csv: line 3, column 'unique_id' is empty; expected a name in every row"
    )


def test_times_beyond_what_nanoseconds_hold(refusal: Refusal) -> None:
    table = pl.DataFrame({"ds": ["0001-01-01", "2024-01-02"], "y": [1.0, 2]}).with_columns(
        pl.col("ds").str.to_date()
    )
    assert refusal(lambda: read_series(table)) == (
        "polars frame: row 0 (counted from 0), column 'ds': 0001-01-01 is outside the years 1678 to 2261 "
        "that time "
        "stamps can hold"
    )


def test_every_series_has_one_row(refusal: Refusal) -> None:
    table = pd.DataFrame({"unique_id": ["a", "b"], "ds": hours(2), "y": [1.0, 2]})
    assert refusal(lambda: read_series(table)) == (
        "pandas frame: column 'ds': no series has two rows, so the distance of rows in time is unknown"
    )


def test_a_named_static_that_changes(refusal: Refusal) -> None:
    table = frame(3, unique_id=["a", "a", "b"], town=["Ulm", "Bonn", "Bonn"])
    assert refusal(lambda: read_series(table, static="town")) == (
        "pandas frame: row 1 (counted from 0), column 'town' is given as static= but changes here within "
        "its series; "
        "name it with past= or known= instead"
    )


def test_columns_left_over() -> None:
    table = pd.DataFrame({"unique_id": [*"aabb"], "ds": [*hours(2)] * 2, "y": [1.0, 2, 3, 4]})
    table["town"], table["land"], table["price"] = [*"uuvv"], "de", [1, 2, 3, 4]
    series = read_series(table)
    assert list(series.static) == ["town"]
    assert series.columns.static == ("town",)
    assert series.notes == (
        "taken as static, as they never change within a series: town",
        "columns not used: land, price (name them with past= or known= to use them)",
    )


def test_rows_of_the_future_are_left_out() -> None:
    table = frame(6, holiday=[0, 0, 1, 0, 1, 1])
    table.loc[4:, "y"] = np.nan
    series = read_series(table, target="y", known="holiday")
    assert series.target.tolist() == [0, 1, 2, 3]
    assert series.notes == ("2 rows at the end with known covariates but no target left out: the future",)


def test_memory_grows_with_the_rows() -> None:
    rows = 200_000
    table = pa.table({"ds": pa.array(hours(rows)), "y": np.arange(rows, dtype=float)})
    series = read_series(table)
    assert (
        series.target.nbytes + series.observed.nbytes + series.past.nbytes + series.known.nbytes == 9 * rows
    )


def test_ett_has_the_shape_it_is_known_for(data_folder: Path) -> None:
    series = read_series(data_folder / "ETT" / "ETTh1.csv", target="all")
    assert series.ids.tolist() == ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]
    assert series.lengths.tolist() == [17_420] * 7
    assert series.observed.all()


@pytest.mark.parametrize("name", ["cutoff", "y_hat", "lo-90"])
def test_names_that_forecasts_have_are_refused(name: str) -> None:
    frame = pd.DataFrame({name: pd.date_range("2024-01-01", periods=9), "sales": np.arange(9.0)})
    with pytest.raises(
        ReadError, match=f"column '{name}' would tell .* forecasts have a column of that name; rename it"
    ):
        read_series(frame, time=name, target="sales")
