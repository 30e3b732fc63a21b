"""Public holidays of countries, by the library ``holidays``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats
from gatewise.errors import ConfigurationError, MissingDependencyError

__all__ = ["holiday_channels", "holiday_names", "holiday_values"]

Dates = NDArray[np.datetime64]
MOST_HOLIDAYS = 32
# A day that is off in the place of another has the other's name.
ADDED = re.compile(r" \((observed|estimated|observed, estimated)\)$")


def holiday_channels(names: Sequence[str]) -> tuple[str, ...]:
    """Return the column of each holiday."""
    return tuple(f"holiday={name}" for name in names)


def holiday_names(country: str, dates: Dates) -> tuple[str, ...]:
    """Return the holidays that fall on some of ``dates``, at most the 32 most frequent, in alphabetical order."""
    days = _holidays(country, *_years(dates))
    counts: dict[str, int] = {}
    for date in np.unique(dates):
        for name in days.get(date, ()):
            counts[name] = counts.get(name, 0) + 1
    frequent = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_HOLIDAYS]
    return tuple(sorted(frequent))


def holiday_values(country: str, names: Sequence[str], dates: Dates) -> Floats:
    """Return 1 where a date is a holiday, shape (dates, names).

    Raises
    ------
    ConfigurationError
        The library does not know the country.
    MissingDependencyError
        The library is not installed.
    """
    days = _holidays(country, *_years(dates))
    of = [days.get(date, frozenset()) for date in dates]
    return np.array([[name in found for name in names] for found in of], np.float64).reshape(
        len(dates), len(names)
    )


def _years(dates: Dates) -> tuple[int, int]:
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return int(years.min()), int(years.max())


@lru_cache(maxsize=16)
def _holidays(country: str, first: int, last: int) -> dict[np.datetime64, frozenset[str]]:
    code, _, part = country.upper().partition("-")
    years = range(first, last + 1)
    library = _library()
    try:
        languages = library.country_holidays(code, subdiv=part or None).supported_languages
        english = next((one for one in languages if one.startswith("en")), None)
        found = library.country_holidays(code, subdiv=part or None, years=years, language=english)
    except NotImplementedError:
        raise ConfigurationError(
            f"expected the code of a country, such as DE, or of a part of one, such as DE-BY, got {country!r}",
            option="holidays",
        ) from None
    return {
        np.datetime64(date): frozenset(ADDED.sub("", name) for name in text.split("; "))
        for date, text in found.items()
    }


def _library() -> Any:
    try:
        return import_module("holidays")
    except ModuleNotFoundError:
        raise MissingDependencyError(
            'holidays of a country need the library of that name: pip install "gatewise[holidays]"'
        ) from None
