"""The distance of rows in time: inferred, counted, written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from gatewise.data.step import Step
from gatewise.errors import ConfigurationError, DataError


def calendar(rule: str, begin: str = "2019-01-31", count: int = 40) -> NDArray[np.datetime64]:
    return pd.date_range(begin, periods=count, freq=rule).to_numpy().astype("datetime64[ns]")


def local_days(zone: str) -> NDArray[np.datetime64]:
    """Midnights of a zone over a year with two changes of its clocks, in UTC."""
    days = pd.date_range("2019-03-01", periods=400, freq="D", tz=zone)
    return days.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[ns]")


RULES = {
    "10s": "10 seconds",
    "15min": "15 minutes",
    "h": "1 hour",
    "D": "1 day",
    "W": "1 week",
    "28D": "4 weeks",
    "MS": "1 month",
    "ME": "1 month",
    "QS": "3 months",
    "QE": "3 months",
    "YS": "1 year",
    "YE": "1 year",
    "B": "1 business day",
    "BME": "1 month",
    "BMS": "1 month",
    "BQE": "3 months",
}


@pytest.mark.parametrize("rule", RULES)
def test_infers_and_rebuilds_what_pandas_makes(rule: str) -> None:
    times = calendar(rule)
    step = Step.infer(times)
    assert step.describe() == RULES[rule]
    np.testing.assert_array_equal(step.stamps(times[0], 0, 40), times)
    np.testing.assert_array_equal(step.stamps(times[30], -5, 15), times[25:])
    np.testing.assert_array_equal(step.index_of(times[0], times), np.arange(40))
    assert Step.from_json(step.to_json()) == step


@pytest.mark.parametrize("rule", RULES)
def test_gaps_and_other_series_do_not_change_the_step(rule: str) -> None:
    times = calendar(rule)
    kept = np.r_[0:10, 14:30, 31:40]
    both = np.concatenate([times[kept], times[20:]])
    step = Step.infer(both, np.array([0, len(kept), len(both)]))
    assert step == Step.infer(times)
    np.testing.assert_array_equal(step.index_of(times[0], times[kept]), kept)


def test_a_day_has_23_to_25_hours_where_clocks_change() -> None:
    times = local_days("Europe/Berlin")
    assert set(np.diff(times).astype("timedelta64[h]").astype(int)) == {23, 24, 25}
    step = Step.infer(times, zone="Europe/Berlin")
    assert step == Step("duration", 86_400 * 10**9, zone="Europe/Berlin")
    np.testing.assert_array_equal(step.stamps(times[0], 0, 400), times)
    np.testing.assert_array_equal(step.index_of(times[0], times), np.arange(400))


def test_hours_do_not_depend_on_the_zone() -> None:
    assert Step.infer(calendar("h"), zone="Europe/Berlin") == Step.parse("1h")


@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_a_day_that_some_months_have_not_is_their_last(day: int) -> None:
    months = pd.date_range("2019-01-01", periods=40, freq="MS")
    times = np.array([month.replace(day=min(day, month.days_in_month)) for month in months], "datetime64[ns]")
    step = Step.infer(times)
    assert step.describe() == "1 month"
    # A series may begin in February, where the 30th is the 28th.
    for first in range(14):
        np.testing.assert_array_equal(step.index_of(times[first], times[first:]), np.arange(40 - first))
        np.testing.assert_array_equal(step.stamps(times[first], 0, 40 - first), times[first:])
    assert Step.from_json(step.to_json()) == step


@pytest.mark.parametrize("rule", ["ME", "MS", "QE"])
@pytest.mark.parametrize("row", [0, 1, 20, 39])
def test_one_wrong_day_does_not_hide_the_rule(rule: str, row: int) -> None:
    times = calendar(rule)
    times[row] += np.timedelta64(1 if rule == "MS" else -1, "D")
    step = Step.infer(times)
    wrong = ~step.locate(times[0], times)[1]
    assert np.flatnonzero(wrong).tolist() == [row]


@pytest.mark.parametrize(
    "week", ["Sun Mon Tue Wed Thu", "Mon Tue Wed Thu Fri Sat", "Mon Tue Wed Thu", "Tue Wed Thu Fri Sat"]
)
def test_weeks_of_other_working_days(week: str) -> None:
    offset = pd.offsets.CustomBusinessDay(weekmask=week)
    times = pd.date_range("2024-01-02", periods=60, freq=offset).to_numpy().astype("datetime64[ns]")
    step = Step.infer(times[:40])
    assert (step.kind, step.describe()) == ("business", "1 business day")
    np.testing.assert_array_equal(step.stamps(times[0], 0, 60), times)
    np.testing.assert_array_equal(step.index_of(times[0], times), np.arange(60))
    assert Step.from_json(step.to_json()) == step


def test_days_with_some_sundays_missing_are_no_working_week() -> None:
    times = calendar("D", "2024-01-01", 24)
    assert Step.infer(np.delete(times, [6, 13])).kind == "duration"
    assert Step.infer(np.delete(times, [6, 13, 20])).kind == "business"


def test_saved_steps_say_only_what_is_special() -> None:
    assert Step.parse("1D").to_json() == {
        "kind": "duration", "size": 86_400 * 10**9, "at_end": False, "zone": None,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["10s", "15min", "1h", "2D", "1B", "1W", "1M", "3M", "1Y", "row"])
def test_a_step_as_every_takes_it(text: str) -> None:
    assert Step.parse(text).text == text
    assert Step.parse(Step.parse(text).text) == Step.parse(text)


def test_whole_numbers_are_counted() -> None:
    step = Step.infer(np.array([0, 10, 20, 50, 60]))
    assert step == Step("count", 10)
    np.testing.assert_array_equal(step.stamps(np.int64(5), 2, 3), [25, 35, 45])


def test_off_the_grid() -> None:
    times = calendar("h", "2020-01-01", 3)
    times[2] += 1
    with pytest.raises(DataError) as error:
        Step.parse("1h").index_of(times[0], times)
    assert str(error.value) == (
        "2020-01-01T02:00:00.000000001 is not a whole number of steps (1 hour) from "
        "2020-01-01T00:00:00.000000000"
    )


def test_one_row_has_no_step() -> None:
    with pytest.raises(DataError) as error:
        Step.infer(calendar("h", count=1))
    assert str(error.value) == "no series has two rows, so the distance of rows in time is unknown"


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("1h", Step("duration", 3_600 * 10**9)),
        ("h", Step("duration", 3_600 * 10**9)),
        ("15min", Step("duration", 900 * 10**9)),
        ("1D", Step("duration", 86_400 * 10**9)),
        ("2W", Step("duration", 14 * 86_400 * 10**9)),
        ("1M", Step("months", 1)),
        ("Q", Step("months", 3)),
        ("1B", Step("business", 1)),
        ("row", Step("count", 1)),
    ],
)
def test_parse(text: str, step: Step) -> None:
    assert Step.parse(text) == step


@pytest.mark.parametrize("text", ["", "1m", "0h", "fortnight", "h1", "-1h"])
def test_parse_refuses(text: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        Step.parse(text)
    assert str(error.value) == (
        f"a step of {text!r} is not understood; write a number and one of s, min, h, D, B, W, M, Q, Y, "
        "such as 15min, 1D, 1B (business day) or 1M (month), or write row to count rows"
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("15min", "2024-02-29T18:45"),
        ("1h", "2024-02-29T18:00"),
        ("1D", "2024-02-29"),
        ("1B", "2024-02-29"),
        ("1W", "2024-02-26"),
        ("1M", "2024-02-01"),
        ("1Q", "2024-01-01"),
        ("1Y", "2024-01-01"),
    ],
)
def test_floor(step: str, expected: str) -> None:
    moment = np.array(["2024-02-29T18:59:59"], "datetime64[ns]")
    np.testing.assert_array_equal(Step.parse(step).floor(moment), np.array([expected], "datetime64[ns]"))


def test_floor_of_a_day_follows_the_clocks_of_its_zone() -> None:
    moment = np.array(["2024-07-01T23:30"], "datetime64[ns]")
    floor = Step.parse("1D").within("Europe/Berlin").floor(moment)
    np.testing.assert_array_equal(floor, np.array(["2024-07-01T22:00"], "datetime64[ns]"))


def test_counts_in_words() -> None:
    assert Step.parse("1h").count(27, "missing") == "27 missing hours"
    assert Step.parse("1h").count(1) == "1 hour"
    assert Step.parse("15min").count(2) == "2 rows of 15 minutes"
    assert Step("count", 1).count(1200) == "1,200 rows"


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(DataError, match=r"^time zone 'Mars/Olympus' is not known to this machine"):
        Step("months", 1, zone="Mars/Olympus").stamps(np.datetime64("2020-01-01", "ns"), 0, 1)
