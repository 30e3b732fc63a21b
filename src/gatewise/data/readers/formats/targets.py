"""The numbers that are to be estimated, where each row of a table has its own."""

from __future__ import annotations

import numpy as np

from gatewise.data.arrays import Floats
from gatewise.data.readers.table.columns import numbers
from gatewise.data.readers.table.frames import Table
from gatewise.data.sequences import SequenceColumns

__all__ = ["row_targets"]


def row_targets(table: Table, parts: SequenceColumns) -> Floats:
    """The number of each row, or several, shape (rows, targets); one that is missing is refused by place."""
    if parts.targets:
        return np.stack([_complete(table, name) for name in parts.targets], axis=1)
    return _complete(table, parts.target)


def _complete(table: Table, name: str) -> Floats:
    values = numbers(table, name)
    bad = ~np.isfinite(values)
    if bad.any():
        row = int(bad.argmax())
        found = "an empty cell or NaN" if np.isnan(values[row]) else str(values[row])
        raise table.error(
            f"column {name!r}: expected a number, found {found}; correct it, or remove the row", row
        )
    return values
