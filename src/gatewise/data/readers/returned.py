"""What forecasts give back: series and times under the user's names and in the user's types."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from gatewise.data.arrays import Array
from gatewise.data.index import FrameIndex
from gatewise.data.readers.table.fill import Filled
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.times import Stamps
from gatewise.data.series import Columns

__all__ = ["check_free", "index_of", "keys_of", "time_type_of"]

# What forecasts call their own columns.
TAKEN = re.compile(r"cutoff|y|y_hat|(lo|hi)-\d+")


def check_free(table: Table, columns: Columns) -> None:
    """Refuse names of series and times that columns of forecasts have, which would take their place."""
    for name in (*columns.id, *([columns.time] if columns.time else [])):
        if TAKEN.fullmatch(name):
            raise table.error(
                f"column {name!r} would tell series or times apart, but forecasts have a column of that name; rename it"
            )


def index_of(table: Table, columns: Columns) -> FrameIndex | None:
    """Return the index of the frame, if its levels play the parts that they are for."""
    index = table.index
    if index is None or columns.time != index.time or (index.ids and columns.id != index.ids):
        return None
    return index


def keys_of(columns: Columns, keys: Mapping[str, Array], parts: list[Filled]) -> dict[str, Array]:
    """What tells the series apart, for each target; with the target's name where there are several."""
    found = {name: np.concatenate([values[part.series] for part in parts]) for name, values in keys.items()}
    if found and len(columns.target) > 1:
        name = "target" if "target" not in found else "target_name"
        series = [len(part.series) for part in parts]
        found[name] = np.repeat(np.array(columns.target, np.str_), series)
    return found


def time_type_of(table: Table, columns: Columns, clock: Stamps) -> str:
    """The type in which times come back: dates as dates, periods as periods, others as fine as they were.

    Times that were read from whole numbers or text come back as time stamps.
    """
    name = columns.time
    if name is None or name not in table.names:
        return ""
    if name in table.periods:
        return f"period[{table.periods[name]}]"
    kind = table.arrow[name].type
    if pa.types.is_timestamp(kind):
        # Nanoseconds are what stamps are in anyway.
        return f"timestamp[{kind.unit}]" if table.place_of is None and kind.unit != "ns" else ""
    counts = clock.values.dtype.kind != "M"
    return str(kind) if pa.types.is_date(kind) or (counts and pa.types.is_integer(kind)) else ""
