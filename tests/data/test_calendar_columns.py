"""Columns that times alone make."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.data.calendar_columns import CALENDAR, calendar_channels, calendar_values, chosen_for
from gatewise.data.step import Step


def made(name: str, *times: str) -> list[str]:
    """Return the one column that is 1 at each time."""
    wall = np.array(times, "datetime64[ns]").view(np.int64)
    (values,) = calendar_values([name], wall)
    assert (values.sum(axis=1) == 1).all()
    return [CALENDAR[name].channels[k] for k in values.argmax(axis=1)]


def test_parts_of_times() -> None:
    assert made("hour", "2024-03-10T00:59", "2024-03-10T23:00") == ["hour=0", "hour=23"]
    assert made("weekday", "2024-02-29", "1969-12-28T23:00") == ["weekday=Thursday", "weekday=Sunday"]
    assert made("day", "2024-02-29", "2023-03-01") == ["day=29", "day=1"]
    assert made("month", "1969-12-31T23:00", "2024-02-29") == ["month=December", "month=February"]


def test_weeks_are_counted_from_new_year() -> None:
    found = made(
        "week", "2023-01-01", "2023-01-07T23:00", "2023-01-08", "2024-12-23", "2024-12-31", "1969-12-25"
    )
    assert found == ["week=1", "week=1", "week=2", "week=52", "week=52", "week=52"]
    assert set(made("week", *(f"{year}-12-12" for year in range(2018, 2026)))) == {"week=50"}


def test_waves_end_where_years_do() -> None:
    wall = np.array(["2023-01-01", "2024-01-01", "2024-07-01"], "datetime64[ns]").view(np.int64)
    (values,) = calendar_values(["yearly"], wall)
    names = CALENDAR["yearly"].channels
    assert (names[0], names[1], names[-1]) == ("yearly sine 1", "yearly cosine 1", "yearly cosine 6")
    # A leap year has gone half round on the second of July.
    np.testing.assert_allclose(values[0], [0, 1] * 6, atol=1e-12)
    np.testing.assert_allclose(values[1], [0, 1] * 6, atol=1e-12)
    turn = 2 * np.pi * 182 / 366
    np.testing.assert_allclose(
        values[2, :4], [np.sin(turn), np.cos(turn), np.sin(2 * turn), np.cos(2 * turn)]
    )


def test_names_and_values_are_as_many() -> None:
    wall = np.zeros(2, np.int64)
    for name, made in CALENDAR.items():
        assert calendar_values([name], wall)[0].shape == (2, len(made.channels))
    assert calendar_channels(["day", "month"])[30:32] == ("day=31", "month=January")


@pytest.mark.parametrize(
    ("every", "years", "names"),
    [
        ("15min", 3, "hour weekday"), ("1h", 0.1, "hour weekday"), ("1D", 1.9, "weekday"),
        ("1D", 2, "weekday week"), ("1B", 2, "weekday week"), ("1W", 2, "week"), ("1W", 1, ""),
        ("2W", 3, "month"), ("1M", 2, "month"), ("1Q", 5, "month"), ("1M", 1, ""), ("1Y", 30, ""),
    ],
)  # fmt: skip
def test_what_suits_the_distance_of_rows(every: str, years: float, names: str) -> None:
    assert chosen_for(Step.parse(every), years) == tuple(names.split())
