"""Clocks of zones: what they show, and the moments at which they show it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gatewise.data.clock import check_zone, from_wall, localised, shows, to_wall
from gatewise.data.step import Step
from gatewise.errors import ConfigurationError

# Zones whose clocks change at midnight, with a year in which they do, and one where they change at another hour.
MIDNIGHT = {
    "Africa/Cairo": 2024, "America/Santiago": 2023, "Asia/Beirut": 2024, "America/Havana": 2024,
    "America/Sao_Paulo": 2018, "Europe/Berlin": 2024,
}  # fmt: skip


def ticks(*times: str) -> np.ndarray:
    return np.array(times, "datetime64[ns]").view(np.int64)


def days(zone: str, clock: str = "00:00") -> np.ndarray:
    """Every day of two years at a time of day; where clocks skip it, the moment of the change; in UTC."""
    year = MIDNIGHT[zone]
    wall = pd.date_range(f"{year}-01-01 {clock}", f"{year + 1}-12-31 {clock}", freq="D")
    local = wall.tz_localize(zone, nonexistent="shift_forward", ambiguous=np.ones(len(wall), bool))
    return local.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[ns]")


@pytest.mark.parametrize("clock", ["00:00", "02:30"])
@pytest.mark.parametrize("zone", MIDNIGHT)
def test_days_are_regular_where_clocks_change(zone: str, clock: str) -> None:
    times = days(zone, clock)
    step = Step.infer(times, zone=zone)
    assert step.describe() == "1 day"
    np.testing.assert_array_equal(step.index_of(times[0], times), np.arange(len(times)))
    np.testing.assert_array_equal(step.stamps(times[0], 0, len(times)), times)
    # Whatever day a series begins on, that of a change included.
    for first in range(50, 400, 7):
        np.testing.assert_array_equal(step.stamps(times[first], 0, 20), times[first : first + 20])
    change = int(np.argmax(np.diff(times) != np.diff(times)[0])) + 1
    for first in range(change - 2, change + 3):
        np.testing.assert_array_equal(step.stamps(times[first], 0, 20), times[first : first + 20])
        np.testing.assert_array_equal(
            step.index_of(times[first], times[first:]), np.arange(len(times) - first)
        )


def test_a_skipped_time_is_the_change_or_as_long_after_it() -> None:
    wall = ticks("2024-03-31T02:30").repeat(4)
    utc = ticks("2024-03-31T01:00", "2024-03-31T01:30", "2024-03-31T00:59", "2024-03-31T01:15")
    assert shows(utc, wall, "Europe/Berlin").tolist() == [True, True, False, False]
    assert from_wall(wall[:1], "Europe/Berlin") == utc[0]


def test_of_the_two_hours_the_second_row_is_in_the_second() -> None:
    utc = pd.date_range("2024-10-26 20:00", periods=40, freq="15min").to_numpy().astype("datetime64[ns]")
    wall = to_wall(utc.view(np.int64), "Europe/Berlin")
    assert len(np.unique(wall)) == 36
    np.testing.assert_array_equal(localised(wall, "Europe/Berlin"), utc.view(np.int64))
    # Of two series each has both hours.
    number = np.repeat(np.arange(2, dtype=np.int32), 40)
    np.testing.assert_array_equal(
        localised(np.tile(wall, 2), "Europe/Berlin", number), np.tile(utc.view(np.int64), 2)
    )


def test_zones_that_are_none() -> None:
    check_zone("Europe/Berlin")
    with pytest.raises(ConfigurationError) as error:
        check_zone("Berlin")
    assert str(error.value) == "timezone: expected a time zone such as Europe/Berlin or UTC, got 'Berlin'"
