"""Reading the public data sets as their authors publish them."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from benchmarks.errors import MissingDataError

__all__ = ["M4", "data_file", "read_ett", "read_m4"]

Floats = NDArray[np.float64]
DEFAULT_FOLDER = Path(__file__).parent.parent.parent / "shared" / "data"


def data_file(*parts: str) -> Path:
    """A file below the folder of real data: ``GATEWISE_DATA``, or ``../shared/data`` beside the checkout.

    Raises
    ------
    MissingDataError
        There is no such folder, or no such file in it.
    """
    given = os.environ.get("GATEWISE_DATA")
    folder = Path(given) if given else DEFAULT_FOLDER
    if not folder.is_dir():
        shown = given or "../shared/data"
        raise MissingDataError(
            f"no folder of real data at {shown}; set GATEWISE_DATA to the one that holds M4, ETT and uea"
        )
    path = folder.joinpath(*parts)
    if not path.is_file():
        raise MissingDataError(
            f"{Path(*parts)} is not in the folder of real data; download it as its source names it"
        )
    return path


@dataclass(frozen=True)
class M4:
    """Series of the M4 competition.

    Attributes
    ----------
    train : dict of name to float64 array, shape (time,)
    test : dict of name to float64 array, shape (horizon,)
    """

    train: dict[str, Floats]
    test: dict[str, Floats]

    def long(self) -> pa.Table:
        """The training part as a long table ``unique_id, ds, y``, rows counted from 0."""
        lengths = [len(values) for values in self.train.values()]
        return pa.table(
            {
                "unique_id": np.repeat(list(self.train), lengths),
                "ds": np.concatenate([np.arange(length) for length in lengths]),
                "y": np.concatenate(list(self.train.values())),
            }
        )


def read_m4(train: Path, test: Path) -> M4:
    """Read the competition's wide files: a name, then the values, then nothing up to the longest series."""
    return M4(_wide(train), _wide(test))


def _wide(path: Path) -> dict[str, Floats]:
    with path.open(newline="", encoding="utf-8") as lines:
        rows = csv.reader(lines)
        next(rows)
        return {row[0]: np.array([float(value) for value in row[1:] if value]) for row in rows}


def read_ett(path: Path, training_rows: int, rows: int) -> pa.Table:
    """``date`` and the channels of an ETT file, its first ``rows``, z-scored by the first ``training_rows``."""
    table = pyarrow.csv.read_csv(path).slice(0, rows)
    for column, name in enumerate(table.column_names):
        if name != "date":
            values = table[name].to_numpy()
            seen = values[:training_rows]
            table = table.set_column(column, name, pa.array((values - seen.mean()) / seen.std()))
    return table
