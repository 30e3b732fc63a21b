"""The time zone whose distances from UTC stand in a column of times."""

from __future__ import annotations

import zoneinfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.arrays import Integers
from gatewise.data.clock import to_wall
from gatewise.data.readers.table.columns import is_text
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.missing import without_spellings_of_nothing
from gatewise.errors import DataError

__all__ = ["zone_of_offsets"]

WRITTEN = r"(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)?$"
# Of zones with the same clocks these are named first.
USUAL = (
    "Europe/Berlin", "Europe/London", "Europe/Helsinki", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "America/Halifax", "America/Sao_Paulo", "America/Santiago", "Australia/Sydney",
    "Australia/Adelaide", "Pacific/Auckland", "Asia/Jerusalem", "Asia/Beirut", "Africa/Cairo",
)  # fmt: skip


def zone_of_offsets(table: Table, name: str) -> str | None:
    """The zone whose clocks are as far from UTC as texts such as ``2024-04-01 00:00:00+02:00`` say, at each of them.

    ``None`` where all are as far; empty where no zone that this machine knows is it.
    """
    if name not in table.names:
        return None
    column = table.arrow[name]
    if table.cells_of is not None and pa.types.is_timestamp(column.type):
        # Read as times already, of which UTC alone is kept.
        column = pa.chunked_array([pa.array(table.cells_of(name), pa.string())])
    if not is_text(column.type):
        return None
    column = without_spellings_of_nothing(column)
    try:
        utc = np.asarray(column.cast(pa.timestamp("ns", "UTC")).cast(pa.int64()).to_numpy(), np.int64)
        found = pc.extract_regex(column, WRITTEN).combine_chunks()
        sign = np.where(np.asarray(pc.equal(found.field("sign"), "-")), -1, 1)
        hours, minutes = (
            np.asarray(pc.if_else(pc.equal(found.field(part), ""), "0", found.field(part)).cast(pa.int64()))
            for part in ("hours", "minutes")
        )
    except (pa.ArrowInvalid, ValueError):
        return None
    offsets = sign * (hours * 60 + minutes) * 60 * 10**9
    if found.null_count or (offsets == offsets[0]).all():
        return None
    return next((zone for zone in _zones() if _has(zone, utc, offsets)), "")


def _zones() -> list[str]:
    known = zoneinfo.available_timezones()
    return [*(zone for zone in USUAL if zone in known), *sorted(zone for zone in known if "/" in zone)]


def _has(zone: str, utc: Integers, offsets: Integers) -> bool:
    few = slice(None, None, max(1, len(utc) // 50))
    try:
        return all(
            bool((to_wall(utc[part], zone) - utc[part] == offsets[part]).all()) for part in (few, slice(None))
        )
    except DataError:
        return False
