"""Between UTC and the clock on the wall of a time zone; stamps are nanoseconds since 1970, ``int64``."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gatewise.data.arrays import Integers, Mask
from gatewise.errors import ConfigurationError, DataError

__all__ = ["check_zone", "from_wall", "localised", "shows", "to_wall"]


def check_zone(zone: str) -> None:
    """Refuse a zone that this machine does not know."""
    try:
        to_wall(np.zeros(1, np.int64), zone)
    except DataError:
        raise ConfigurationError(
            f"expected a time zone such as Europe/Berlin or UTC, got {zone!r}", option="timezone"
        ) from None


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


def from_wall(
    wall: Integers, zone: str | None, ambiguous: Literal["earliest", "latest"] = "earliest"
) -> Integers:
    """The inverse of :func:`to_wall`.

    An hour that the clocks show twice is its first; one that they skip is the moment of the change.
    """
    if zone in (None, "UTC"):
        return wall
    shown = pa.array(wall.ravel()).cast(pa.timestamp("ns"))
    utc = pc.assume_timezone(shown, zone, ambiguous=ambiguous, nonexistent="latest")
    return _integers(utc).reshape(wall.shape)


def shows(utc: Integers, wall: Integers, zone: str | None) -> Mask:
    """Return whether the clocks of ``zone`` show times at moments, or would if they did not skip them there.

    The moment of such a time is that of the change, or as long after it as the time is after the beginning of what
    is skipped: 02:30 in a spring night of Berlin is 03:00 or 03:30.
    """
    found: Mask = to_wall(utc, zone) == wall
    if zone is None or found.all():
        return found
    change = from_wall(wall, zone)
    skipped = to_wall(change, zone) != wall
    later = change + wall - (to_wall(change - 1, zone) + 1)
    found |= skipped & ((utc == change) | (utc == later))
    return found


def localised(wall: Integers, zone: str, number: NDArray[np.int32] | None = None) -> Integers:
    """Moments at which clocks show times; of one that a series has twice, the second is the later one.

    Parameters
    ----------
    wall : int64 array, shape (rows,)
    zone : str
    number : int32 array, shape (rows,), optional
        The series of each row; all are one by default.
    """
    utc, later = np.array(from_wall(wall, zone)), from_wall(wall, zone, "latest")
    if (utc == later).all():
        return utc
    number = np.zeros(len(wall), np.int32) if number is None else number
    order = np.lexsort((wall, number))
    again = np.concatenate([[False], (np.diff(wall[order]) == 0) & (np.diff(number[order]) == 0)])
    utc[order[again]] = later[order[again]]
    return utc


def _integers(stamps: pa.Array) -> Integers:
    return np.asarray(stamps.cast(pa.int64()).to_numpy(), np.int64)
