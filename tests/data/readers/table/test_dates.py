"""Dates as files write them: every form, what cannot be told, what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from gatewise.data.readers import read, read_series
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError, ReadError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

DAYS = pd.date_range("2022-01-25", periods=40)
MONTHS = pd.date_range("2010-01-01", periods=40, freq="MS")
QUARTERS = pd.date_range("1995-01-01", periods=40, freq="QS")
HOURS = pd.date_range("2022-01-25", periods=40, freq="h")
WEEKS = pd.date_range("2021-01-04", periods=40, freq="7D")


def unpadded(times: pd.DatetimeIndex, pattern: str) -> list[str]:
    return [
        pattern.format(d=one.day, m=one.month, y=one.year, yy=one.year % 100, h=one.hour) for one in times
    ]


FORMS: dict[str, tuple[pd.DatetimeIndex, list[str]]] = {
    "31-01-2022": (DAYS, list(DAYS.strftime("%d-%m-%Y"))),
    "31/01/2022": (DAYS, list(DAYS.strftime("%d/%m/%Y"))),
    "31.01.2022": (DAYS, list(DAYS.strftime("%d.%m.%Y"))),
    "31.01.22": (DAYS, list(DAYS.strftime("%d.%m.%y"))),
    "31/01/22": (DAYS, list(DAYS.strftime("%d/%m/%y"))),
    "22-01-31": (DAYS, list(DAYS.strftime("%y-%m-%d"))),
    "1/31/2022": (DAYS, unpadded(DAYS, "{m}/{d}/{y}")),
    "1/31/22": (DAYS, unpadded(DAYS, "{m}/{d}/{yy:02d}")),
    "1/31/2022 9:00": (HOURS, unpadded(HOURS, "{m}/{d}/{y} {h}:00")),
    "1/31/2022 1:00 PM": (HOURS, [f"{t.month}/{t.day}/{t.year} {t.strftime('%I:%M %p').lstrip('0')}" for t in HOURS]),
    "31-01-2022 13:00": (HOURS, list(HOURS.strftime("%d-%m-%Y %H:%M"))),
    "31-Jan-2022": (DAYS, list(DAYS.strftime("%d-%b-%Y"))),
    "31JAN2022": (DAYS, [one.upper() for one in DAYS.strftime("%d%b%Y")]),
    "Mon, 31 Jan 2022 00:00:00": (DAYS, list(DAYS.strftime("%a, %d %b %Y %H:%M:%S"))),
    "Jan 31, 2022": (DAYS, list(DAYS.strftime("%b %d, %Y"))),
    "January 31, 2022": (DAYS, list(DAYS.strftime("%B %d, %Y"))),
    "Jan-10": (MONTHS, list(MONTHS.strftime("%b-%y"))),
    "Jan 2010": (MONTHS, list(MONTHS.strftime("%b %Y"))),
    "2010-01": (MONTHS, list(MONTHS.strftime("%Y-%m"))),
    "2010M01": (MONTHS, list(MONTHS.strftime("%YM%m"))),
    "01/2010": (MONTHS, list(MONTHS.strftime("%m/%Y"))),
    "1995Q1": (QUARTERS, [f"{one.year}Q{one.quarter}" for one in QUARTERS]),
    "1995-Q1": (QUARTERS, [f"{one.year}-Q{one.quarter}" for one in QUARTERS]),
    "Q1 1995": (QUARTERS, [f"Q{one.quarter} {one.year}" for one in QUARTERS]),
    "2021-W01": (WEEKS, list(WEEKS.strftime("%G-W%V"))),
    "20220125 0900": (HOURS, list(HOURS.strftime("%Y%m%d %H:%M"))),
}  # fmt: skip


def table(times: list[str] | list[int] | np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"when": times, "y": np.arange(len(times)) + 0.5})


def stamps(series: SeriesSet) -> list[pd.Timestamp]:
    return list(pd.DatetimeIndex(series.times(0, 0, series.rows)))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(form: str) -> None:
    times, texts = FORMS[form]
    found = read(table(texts))
    assert isinstance(found, SeriesSet)
    assert stamps(found) == list(times)
    assert found.notes == ()


@pytest.mark.parametrize("form", FORMS)
def test_one_bad_value_is_refused_by_place(form: str, refusal: Refusal) -> None:
    texts = list(FORMS[form][1])
    texts[7] = "soon"
    assert refusal(lambda: read_series(table(texts), time="when")).startswith(
        "pandas frame: row 7 (counted from 0), column 'when': expected a date such as "
    )


@pytest.mark.parametrize(
    "text",
    ["30/02/2022", "31/04/2022", "00/01/2022", "01/00/2022", "32/01/2022", "01/01/0022", "01/01/2022 25:00"],
)
def test_days_that_are_not(text: str, refusal: Refusal) -> None:
    texts = [*DAYS.strftime("%d/%m/%Y"), text]
    assert refusal(lambda: read_series(table(texts))).startswith(
        f"pandas frame: row 40 (counted from 0), column 'when': expected a date such as 25/01/2022, as in other rows, "
        f"found {text!r}"
    )


def test_a_day_ends_at_24_hours() -> None:
    texts = [f"31.01.2022 {hour:02d}:00" for hour in range(1, 25)]
    assert stamps(read_series(table(texts)))[-1] == pd.Timestamp("2022-02-01")


def test_days_and_months_that_change_places(refusal: Refusal) -> None:
    texts = ["31/01/2024", "01/31/2024", "30/01/2024"]
    assert refusal(lambda: read_series(table(texts))) == (
        "pandas frame: row 1 (counted from 0), column 'when': in '01/31/2024' the day is the second number, in "
        "'31/01/2024' the first (1 such row); correct it"
    )


def test_what_may_be_two_days_is_asked_for() -> None:
    texts = unpadded(MONTHS, "{m}/{d}/{y}")
    with pytest.raises(ReadError) as error:
        read(table(texts))
    assert str(error.value) == (
        "pandas frame: row 1 (counted from 0), column 'when': '2/1/2010' may be 2 January or 1 February, as no row has "
        "a day above 12; say day_first=True or day_first=False"
    )
    # Months in a row are likelier than twelve days in each January.
    assert error.value.remedy == {"day_first": False}
    months = read_series(table(texts), day_first=False)
    assert (stamps(months), months.step.describe(), months.reading.day_first) == (
        list(MONTHS),
        "1 month",
        False,
    )
    days = read_series(table(texts[:12]), day_first=True)
    assert (stamps(days)[-1], days.step.describe()) == (pd.Timestamp("2010-01-12"), "1 day")


def test_dates_that_are_the_same_either_way_are_no_question() -> None:
    assert stamps(read_series(table(["1/1/2019", "1/1/2020", "1/1/2021"])))[-1] == pd.Timestamp("2021-01-01")


@pytest.mark.parametrize(
    ("date_format", "texts"),
    [
        ("%d/%m/%Y", list(DAYS.strftime("%d/%m/%Y"))),
        ("%y%m%d", list(DAYS.strftime("%y%m%d"))),
        ("%d. %B %Y", list(DAYS.strftime("%d. %B %Y"))),
        ("%Y-%j", list(DAYS.strftime("%Y-%j"))),
        ("%d %b %Y %I%p", list(DAYS.strftime("%d %b %Y %I%p"))),
        ("%a %b %d %H:%M:%S %Y", list(DAYS.strftime("%a %b %d %H:%M:%S %Y"))),
    ],
)
def test_a_format_is_taken_as_it_is(date_format: str, texts: list[str], refusal: Refusal) -> None:
    assert stamps(read_series(table(texts), time="when", date_format=date_format)) == list(DAYS)
    broken = [*texts, "2022-03-06"]
    assert refusal(lambda: read_series(table(broken), time="when", date_format=date_format)) == (
        "pandas frame: row 40 (counted from 0), column 'when': expected a date as "
        f"date_format=\"{date_format}\" has it, found '2022-03-06'"
    )


@pytest.mark.parametrize(
    ("date_format", "message"),
    [
        ("%d/%m", "date_format: '%d/%m' has no year; expected %Y or %y, such as %d/%m/%Y"),
        ("%Y %y", "date_format: '%Y %y' has the year twice"),
        ("dd/mm/yyyy", "date_format: expected a format such as %d/%m/%Y, or number, s, ms, us, ns for whole numbers, "
         "got 'dd/mm/yyyy'"),
    ],
)  # fmt: skip
def test_formats_that_are_none(date_format: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_series(table(["1", "2"]), time="when", date_format=date_format)
    assert str(error.value) == message
    with pytest.raises(
        ConfigurationError, match=r"^date_format: '%Q' in '%Y%Q' is not understood; expected some of"
    ):
        read_series(table(["1", "2"]), time="when", date_format="%Y%Q")


NUMBERS: dict[str, tuple[pd.DatetimeIndex, list[int], str]] = {
    "201001": (MONTHS, [int(one) for one in MONTHS.strftime("%Y%m")], "%Y%m"),
    "20220131": (DAYS, [int(one) for one in DAYS.strftime("%Y%m%d")], "%Y%m%d"),
    "2022025": (DAYS, [int(one) for one in DAYS.strftime("%Y%j")], "%Y%j"),
    "2022013113": (HOURS, [int(one) for one in HOURS.strftime("%Y%m%d%H")], "%Y%m%d%H"),
    "19951": (QUARTERS, [10 * one.year + one.quarter for one in QUARTERS], "%Y%q"),
    "202101, weeks": (WEEKS, [int(one) for one in WEEKS.strftime("%G%V")], "%G%V"),
    "2001": (pd.date_range("2001-01-01", periods=20, freq="YS"), list(range(2001, 2021)), "%Y"),
    "seconds": (HOURS, [int(one.timestamp()) for one in HOURS], "s"),
    "milliseconds": (HOURS, [1000 * int(one.timestamp()) for one in HOURS], "ms"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NUMBERS)
def test_whole_numbers_that_are_dates(kind: str) -> None:
    times, numbers, date_format = NUMBERS[kind]
    series = read_series(table(numbers), time="when")
    assert stamps(series) == list(times)
    assert series.time_zone == ("UTC" if date_format in ("s", "ms") else None)
    assert series.reading.date_format == date_format
    assert series.notes[0].startswith(
        f"whole numbers of 'when' read as dates: {numbers[0]} is {times[0]:%Y-%m-%d}"
    )
    counted = read_series(table(numbers), time="when", date_format="number", every="row")
    assert counted.start[0] == 0


@pytest.mark.parametrize(
    "numbers", [range(1000), range(1, 501), range(1990, 2300), range(200_000, 200_200), range(0, 5000, 10)]
)
def test_whole_numbers_that_count_go_on_counting(numbers: range) -> None:
    series = read_series(table(np.array(numbers)), time="when")
    assert series.start[0] == numbers[0]
    assert (series.rows, series.step.kind, series.notes) == (len(numbers), "count", ())


def test_years_of_time_idx_are_rows() -> None:
    frame = pd.DataFrame({"group": 1, "time_idx": range(1900, 1940), "value": 1.5})
    assert read_series(frame).step.kind == "count"


def test_a_month_that_is_none_is_named_with_a_way_out() -> None:
    periods = [100 * year + month for year in (2020, 2021) for month in range(1, 14)]
    with pytest.raises(ReadError) as error:
        read(table(periods), time="when")
    assert str(error.value) == (
        "pandas frame: row 12 (counted from 0), column 'when': expected dates as date_format=\"%Y%m\" has them, found "
        '202013 (2 such rows); correct it, or count the rows with every="row"'
    )
    assert error.value.remedy == {"every": "row"}
    assert read_series(table(periods), time="when", **error.value.remedy).rows == 26


def test_times_in_several_columns(write: Write) -> None:
    rows = "".join(f"16/12/2006;{17 + k // 60}:{k % 60:02d}:00;4.{k % 7}1\n" for k in range(90))
    series = read_series(write("power.csv", "Date;Time;Power\n" + rows))
    assert (series.start[0], series.step.describe(), series.rows) == (
        np.datetime64("2006-12-16T17:00"),
        "1 minute",
        90,
    )
    assert series.columns.time == "Date+Time"
    assert series.notes == ("read with ; between columns", "time put together from Date, Time")
    # Named, or as a model that was fitted on them names them.
    assert read_series("power.csv", time=["Date", "Time"]).notes == ("read with ; between columns",)
    assert read_series("power.csv", time="Date+Time").rows == 90


def test_year_month_day_and_hour_in_columns_of_their_own(write: Write, refusal: Refusal) -> None:
    lines = [f"{k},2010,1,{1 + k // 24},{k % 24},{k}.5" for k in range(50)]
    path = write("air.csv", "No,year,month,day,hour,pm\n" + "\n".join(lines) + "\n")
    series = read_series(path, target="pm")
    assert (series.start[0], series.step.describe()) == (np.datetime64("2010-01-01"), "1 hour")
    lines[3] = "3,2010,13,1,3,1.5"
    path = write("air.csv", "No,year,month,day,hour,pm\n" + "\n".join(lines) + "\n")
    assert refusal(lambda: read_series(path, target="pm")) == (
        "air.csv: line 5, column 'year+month+day+hour': expected a date such as 2024-01-31 or 2024-01-31 18:00, found "
        "'2010-13-1 3:00'"
    )


@pytest.mark.parametrize(
    ("columns", "first"),
    [
        ({"year": [2020, 2020, 2020], "month": [11, 12, 13]}, None),
        ({"Year": [2020, 2020, 2021], "Month": ["Nov", "Dec", "Jan"]}, "2020-11-01"),
        ({"year": [2020, 2020, 2020], "quarter": [1, 2, 3]}, "2020-01-01"),
        ({"<DATE>": [20160104] * 3, "<TIME>": [100100, 100200, 100300]}, "2016-01-04T10:01"),
        ({"date": ["2016-01-04"] * 3, "hour": [8, 9, 10]}, "2016-01-04T08"),
    ],
)
def test_other_parts_of_times(columns: dict[str, list[object]], first: str | None, refusal: Refusal) -> None:
    frame = pd.DataFrame({**columns, "y": [1.5, 2.5, 3.5]})
    if first is None:
        assert refusal(lambda: read_series(frame)).endswith("found '2020-13'")
    else:
        assert read_series(frame).start[0] == np.datetime64(first)


def test_columns_that_make_no_time(refusal: Refusal) -> None:
    frame = pd.DataFrame({"a": ["x", "y"], "b": ["u", "v"], "y": [1.5, 2.5]})
    assert refusal(lambda: read_series(frame, time=["a", "b"])) == (
        "pandas frame: cannot tell how a, b make a time; expected a date and a time of day, or columns called year, "
        "month, day and hour, for time="
    )


def test_what_is_no_part_of_the_time() -> None:
    days = pd.date_range("2024-01-01", periods=9).strftime("%Y-%m-%d")
    sunsets = pd.DataFrame(
        {"day": days, "sunset": [f"16:{k:02d}" for k in range(9)], "y": np.arange(9) + 0.5}
    )
    assert read_series(sunsets, target="y").columns.time == "day"
    counted = pd.DataFrame(
        {"time_idx": range(9), "year": 2024, "month": range(1, 10), "y": np.arange(9) + 0.5}
    )
    assert read_series(counted, target="y").columns.time == "time_idx"
    both = pd.DataFrame({"day": MONTHS, "period": [int(one) for one in MONTHS.strftime("%Y%m")]}).assign(
        y=0.5
    )
    assert read_series(both, target="y").columns.time == "day"


def test_years_are_found_by_their_name() -> None:
    series = read_series(pd.DataFrame({"Year": range(1990, 2020), "gdp": np.arange(30) + 0.5}))
    assert (series.columns.time, series.step.describe()) == ("Year", "1 year")
