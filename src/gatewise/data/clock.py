"""Between UTC and the clock on the wall of a time zone; stamps are nanoseconds since 1970, ``int64``."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.arrays import Integers
from gatewise.errors import DataError

__all__ = ["from_wall", "to_wall"]


def to_wall(utc: Integers, zone: str | None) -> Integers:
    """Return what the clocks of ``zone`` show at moments in UTC; the moments themselves without a zone.

    Raises
    ------
    DataError
        The zone is not in this machine's list of time zones.
    """
    if zone in (None, "UTC"):
        return utc
    try:
        moments = pa.array(utc.ravel()).cast(pa.timestamp("ns", zone))
        return _integers(pc.local_timestamp(moments)).reshape(utc.shape)
    except pa.ArrowInvalid as error:
        raise DataError(
            f"time zone {zone!r} is not known to this machine ({error}); convert the stamps to UTC"
        ) from None


def from_wall(wall: Integers, zone: str | None) -> Integers:
    """The inverse of :func:`to_wall`.

    An hour that the clocks show twice is its first; one that they skip is the moment of the change.
    """
    if zone is None:
        return wall
    shown = pa.array(wall.ravel()).cast(pa.timestamp("ns"))
    utc = pc.assume_timezone(shown, zone, ambiguous="earliest", nonexistent="latest")
    return _integers(utc).reshape(wall.shape)


def _integers(stamps: pa.Array) -> Integers:
    return np.asarray(stamps.cast(pa.int64()).to_numpy(), np.int64)
