"""Public holidays as columns."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from gatewise.data.holidays import holiday_channels, holiday_names, holiday_values
from gatewise.errors import ConfigurationError, MissingDependencyError

DAYS = np.arange("2023-01-01", "2024-01-01", dtype="datetime64[D]")


def test_holidays_of_a_country_and_of_a_part_of_it() -> None:
    names = holiday_names("DE", DAYS)
    assert names == (
        "Ascension Day", "Christmas Day", "Easter Monday", "German Unity Day", "Good Friday", "Labor Day",
        "New Year's Day", "Pentecost Monday", "Second Day of Christmas",
    )  # fmt: skip
    assert set(holiday_names("de-by", DAYS)) - set(names) == {"All Saints' Day", "Corpus Christi", "Epiphany"}
    assert holiday_channels(names)[:1] == ("holiday=Ascension Day",)


def test_ones_where_they_are() -> None:
    dates = np.array(["2024-03-28", "2024-03-29", "2024-12-25", "2025-04-18"], "datetime64[D]")
    values = holiday_values("DE", ("Christmas Day", "Good Friday"), dates)
    assert values.tolist() == [[0, 0], [0, 1], [1, 0], [0, 1]]
    assert holiday_values("DE", (), dates).shape == (4, 0)


def test_a_day_off_in_the_place_of_another_has_its_name() -> None:
    # The fourth of July 2021 was a Sunday.
    dates = np.array(["2021-07-04", "2021-07-05", "2021-07-06"], "datetime64[D]")
    assert holiday_values("US", ("Independence Day",), dates).tolist() == [[1], [1], [0]]


def test_only_days_that_rows_lie_on() -> None:
    assert holiday_names("DE", np.array(["2023-05-01", "2023-05-02"], "datetime64[D]")) == ("Labor Day",)


@pytest.mark.parametrize("country", ["XX", "Germany", "DE-ZZ", ""])
def test_a_country_that_is_none(country: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        holiday_names(country, DAYS)
    assert str(error.value) == (
        f"holidays: expected the code of a country, such as DE, or of a part of one, such as DE-BY, got {country!r}"
    )


def test_the_command_that_installs_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingDependencyError) as error:
        holiday_names("FR", DAYS)
    assert str(error.value) == (
        'holidays of a country need the library of that name: pip install "gatewise[holidays]"'
    )
