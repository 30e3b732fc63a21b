"""Reading what is to be compared, with all that is missing said at once; nothing here takes long to import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gatewise.data.readers import read
from gatewise.data.readers.advice import as_notes
from gatewise.data.readers.formats.registry import format_of
from gatewise.data.readers.formats.tables import TABLE
from gatewise.data.readers.table.frames import Source
from gatewise.data.readers.task import Found, Task
from gatewise.data.season import detect_season, usual_season
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError, GatewiseError
from gatewise.estimators.config import HORIZON_NEEDED

__all__ = ["explore"]

# A season is looked for in so many series; a likely horizon is at most such a part of the longest.
MOST_SERIES = 100
PART, MOST_ROWS = 4, 12


def explore(
    data: Source, task: Task | None, options: Mapping[str, Any], columns: Mapping[str, Any]
) -> tuple[Found, GatewiseError | None]:
    """What is in the data, and the error to be raised where that took options that nobody has given.

    Its ``remedy`` has those options: of the columns, by which the data were read, and a horizon to begin with where
    forecasting has none.

    Raises
    ------
    GatewiseError
        The data cannot be read with any.
    """
    error: GatewiseError | None = None
    # Who says how far ahead asks for a forecast, whatever the columns look like.
    ahead = task is None and options.get("horizon") is not None and format_of(data) is TABLE
    try:
        found = read(data, "forecast" if ahead else task, **columns)
    except GatewiseError as refusal:
        if refusal.remedy:
            error, found = refusal, cast(Found, refusal.found)
        elif ahead:
            found = _of_another_task(data, columns, refusal)
        else:
            raise
    if isinstance(found, SeriesSet) and options.get("horizon") is None:
        missing = ConfigurationError(HORIZON_NEEDED, option="horizon")
        if error is None:
            error = missing
        else:
            error.others = (*error.others, str(missing))
        error.remedy = {**error.remedy, "horizon": _likely_horizon(found)}
        as_notes(error)
    return found, error


def _of_another_task(data: Source, columns: Mapping[str, Any], refusal: GatewiseError) -> Found:
    """What is in data that cannot be forecast with any options: a table of texts, say; else they are refused."""
    try:
        return read(data, **columns)
    except GatewiseError:
        raise refusal from None


def _likely_horizon(series: SeriesSet) -> int:
    """A season, or a dozen rows; less where series are short."""
    first = [series.values(number) for number in range(min(len(series), MOST_SERIES))]
    season = detect_season(first, usual_season(series.step))
    return max(1, min(season if season > 1 else MOST_ROWS, int(series.lengths.max()) // PART))
