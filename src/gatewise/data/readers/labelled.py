"""Files and tables to labelled sequences."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gatewise.data.labelled import LabelledSequences, SequenceColumns, UnlabelledSequences
from gatewise.data.readers.columns import Codes, encode, numbers
from gatewise.data.readers.frames import Source, Table, load
from gatewise.data.readers.layouts import Names, as_names
from gatewise.data.readers.rows import Rows
from gatewise.data.readers.sequences import check_impute, from_cases, from_table, is_ts, recognise, shipped
from gatewise.data.readers.ts import read_header, read_ts
from gatewise.data.samples.registry import PREFIX
from gatewise.errors import ReadError

__all__ = ["NO_REGRESSION", "read_labelled"]

NO_REGRESSION = "regression comes with SequenceRegressor and is not supported yet"


def read_labelled(
    source: Source,
    *,
    id: str | None = None,
    time: str | None = None,
    target: str | None = None,
    channels: Names = (),
    group: str | None = None,
    impute: Literal["previous"] | None = None,
) -> LabelledSequences:
    """Read sequences to be classified from a file or frame.

    Parameters
    ----------
    source : path, pandas / polars / pyarrow frame, or ``"sample:NAME"``
        A ``.ts`` file (UEA archive, sktime, aeon), or a long table with one row for each sequence and time.
    id : str, optional
        Column that tells sequences apart; ``unique_id``, ``item_id``, ``sequence_id``, … are recognised.
    time : str, optional
        Column that orders the rows of a sequence; without one they are in order already.
    target : str, optional
        Column of the label, constant within a sequence; ``label``, ``class``, … or the only text column left.
    channels : str or sequence of str, optional
        Columns of the values; all other number columns by default.
    group : str, optional
        Column that says to whom a sequence belongs, constant within it.
    impute : "previous", optional
        Fill NaN and infinity with the value before; otherwise they are refused by place.

    Returns
    -------
    LabelledSequences
        Labels are text, or ``int64`` where the column holds whole numbers; ``float64`` in a ``.ts`` file for
        regression.

    Raises
    ------
    ReadError
        One line that names the file, the line and column, what was expected, what came and what to do.
    ConfigurationError
        An option has a value that is not listed here.
    """
    check_impute(impute)
    if isinstance(source, str) and source.startswith(PREFIX):
        return shipped(source)
    if is_ts(source):
        return _from_ts(Path(str(source)), impute)
    table = load(source, (id, group))
    given = SequenceColumns(id or "", time, target or "", as_names(channels), group)
    parts = recognise(table, given, labelled=True)
    found, ids, rows = from_table(table, parts, impute)
    labels = _constant(table, rows, ids, parts.target)
    groups = _constant(table, rows, ids, parts.group) if parts.group else None
    return _with_labels(found, labels, groups)


def _from_ts(path: Path, impute: str | None) -> LabelledSequences:
    header = read_header(path)
    if not header.labelled:
        raise ReadError(
            f"{path}: has no labels (@classLabel true …); a classifier needs one for each sequence"
        )
    cases = read_ts(path, header)
    labels: NDArray[np.generic] = np.array([case.label for case in cases])
    if header.regression:
        labels = labels.astype(np.float64)
    return _with_labels(from_cases(path, cases, impute), labels)


def _with_labels(
    found: UnlabelledSequences, labels: NDArray[np.generic], groups: NDArray[np.generic] | None = None
) -> LabelledSequences:
    return LabelledSequences(
        found.sequences, labels, groups, found.channels, found.ids, found.source, found.notes, found.columns
    )


def _constant(table: Table, rows: Rows, ids: Codes, name: str) -> NDArray[np.generic]:
    """The one value of each sequence: text, or whole numbers."""
    column = table.arrow[name]
    if pa.types.is_floating(column.type):
        values = numbers(table, name)
        broken = ~(values == np.floor(values))
        if broken.any():
            row = int(np.argmax(broken))
            raise table.error(
                f"column {name!r}: expected text or whole numbers as labels, found {values[row]}; "
                f"{NO_REGRESSION}",
                row,
            )
        whole: NDArray[np.generic] = values.astype(np.int64)
    elif pa.types.is_integer(column.type) and not column.null_count:
        whole = np.asarray(column.to_numpy(), np.int64)
    else:
        codes = encode(table, name)
        whole = codes.values[codes.number]
    ordered = rows.pick(whole)
    changes = (ordered[1:] != ordered[:-1]) & (np.diff(rows.number) == 0)
    if changes.any():
        place = int(np.argmax(changes)) + 1
        raise table.error(
            f"column {name!r} changes from {ordered[place - 1]} to {ordered[place]} within sequence "
            f"{str(ids.values[rows.number[place]])!r}; expected one value for each sequence",
            rows.table_row(place),
        )
    return ordered[rows.offsets[:-1]]
