"""Rows put together into steps of time."""

from __future__ import annotations

import numpy as np

from gatewise.data.arrays import Array
from gatewise.data.calendar import DAY
from gatewise.data.readers.table.rows import SortedRows
from gatewise.data.step import Step

__all__ = ["JITTER", "put_into"]

# Rows stand a step apart, though not exactly: their median distance, and the share that is near to whole steps.
JITTER, MOSTLY = 0.1, 0.9


def put_into(rows: SortedRows, step: Step) -> tuple[SortedRows, list[str]]:
    """Put together the rows of each series that begin in the same ``step``, and a note on steps that are not whole.

    Rows that already stand a step apart, but for some jitter, belong to the step that is nearest.
    """
    nearest = _jitters(rows, step)
    times = step.floor(_moved(rows.times, step.size // 2) if nearest else rows.times)
    begins = (np.diff(rows.number) != 0) | (np.diff(times.view(np.int64)) != 0)
    merged = rows.merge(np.concatenate([[True], begins]), times)
    return merged, [] if nearest else _parts_of_steps(rows, merged, step)


def _moved(times: Array, ticks: int) -> Array:
    return (times.view(np.int64) + ticks).view(times.dtype)


def _jitters(rows: SortedRows, step: Step) -> bool:
    """Return whether rows stand about a step apart, a little before or after the beginning of steps."""
    if step.kind != "duration" or step.size % DAY == 0:
        return False
    distances = rows.distances()
    if not len(distances) or abs(float(np.median(distances)) / step.size - 1) > JITTER:
        return False
    after = rows.times.view(np.int64) % step.size
    near = np.minimum(after, step.size - after) < step.size / 4
    return bool(near.mean() >= MOSTLY and (after > step.size / 2).any())


def _parts_of_steps(rows: SortedRows, merged: SortedRows, step: Step) -> list[str]:
    """Notes on series whose first or last step began before their rows do, or ends after."""
    distances = rows.distances()
    distances = distances[distances > 0]
    if not len(distances) or merged.firsts is None:
        return []
    sizes, counts = np.unique(distances, return_counts=True)
    usual = int(sizes[np.argmax(counts)])
    if counts.max() * 2 < len(distances):
        return []
    offsets = rows.offsets
    full = offsets[1:] > offsets[:-1]
    notes = []
    for which, row, moved in (("first", offsets[:-1], -usual), ("last", offsets[1:] - 1, usual)):
        times = rows.times[row[full]]
        # As many hours may be more or fewer by the clock on the wall.
        part = step.floor(_moved(times, moved)) == step.floor(times)
        if part.any():
            whose = "" if rows.series == 1 else f" of {int(part.sum()):,} series"
            ends = rows.written(int(row[full][int(np.argmax(part))]))
            verb = "begin" if which == "first" else "end"
            notes.append(
                f"the {which} {step.describe().removeprefix('1 ')}{whose} is not whole: rows {verb} at {ends}"
            )
    return notes
