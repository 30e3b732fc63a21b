"""Files and tables to labelled sequences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gatewise.data.labelled import LabelledSequences
from gatewise.data.readers.columns import Codes, encode, is_number, is_text, is_time, numbers, stamps
from gatewise.data.readers.fill import carry_forward, refuse_missing
from gatewise.data.readers.frames import ID_NAMES, Source, Table, load
from gatewise.data.readers.layouts import LABEL_NAMES, TIME_NAMES, Names, as_names, check_names, listing
from gatewise.data.readers.rows import Rows, settle_duplicates, sort
from gatewise.data.readers.ts import read_header, read_ts
from gatewise.data.readers.wording import counted
from gatewise.data.samples.registry import PREFIX, sample
from gatewise.errors import ConfigurationError, ReadError

__all__ = ["NO_REGRESSION", "SEQUENCE_NAMES", "read_labelled"]

SEQUENCE_NAMES = (*ID_NAMES, "sequence_id", "case_id", "id")
NO_REGRESSION = "regression comes with SequenceRegressor and is not supported yet"


@dataclass(frozen=True)
class _Parts:
    """Which column plays which part; an empty name is not known yet."""

    id: str
    time: str | None
    target: str
    channels: tuple[str, ...]
    group: str | None

    def describe(self) -> str:
        parts = [f"id={self.id}", f"time={self.time or '(row number)'}", f"target={self.target}"]
        group = [f"group={self.group}"] if self.group else []
        return ", ".join([*parts, *group, f"channels={','.join(self.channels)}"])


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
    if impute not in (None, "previous"):
        raise ConfigurationError(f"impute={impute!r} is not known; expected previous, or nothing")
    if isinstance(source, str) and source.startswith(PREFIX):
        content = sample(source).content
        if isinstance(content, Path):
            raise ReadError(f"{source}: holds series without labels; use it with --task forecast")
        return content()
    if isinstance(source, str | Path) and Path(source).suffix.lower() == ".ts":
        return _from_ts(Path(source), impute)
    table = load(source, (id, group))
    return _from_table(table, _Parts(id or "", time, target or "", as_names(channels), group), impute)


def _from_ts(path: Path, impute: str | None) -> LabelledSequences:
    header = read_header(path)
    cases = read_ts(path, header)
    labels: NDArray[np.generic] = np.array([case.label for case in cases])
    if header.regression:
        labels = labels.astype(np.float64)
    # The archive pads ragged sequences with NaN at the end.
    lengths = np.array(
        [1 + np.flatnonzero(~np.isnan(case.values).all(axis=1)).max(initial=-1) for case in cases]
    )
    padded = int((lengths < [len(case.values) for case in cases]).sum())
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.concatenate([case.values[:length] for case, length in zip(cases, lengths, strict=True)])
    bad = ~np.isfinite(flat)
    if impute is None and bad.any():
        row, channel = np.argwhere(bad)[0]
        number = int(np.searchsorted(offsets, row, side="right")) - 1
        raise ReadError(
            f"{path}: line {cases[number].line}, dimension {channel + 1}, value {row - offsets[number] + 1}: "
            "expected a number, found a missing or infinite one; fill it with the value before it with "
            "--impute previous"
        )
    sequences, notes = _split(flat, offsets)
    empty = next(
        (case.line for case, sequence in zip(cases, sequences, strict=True) if not len(sequence)), None
    )
    if empty is not None:
        raise ReadError(f"{path}: line {empty} has no value in some dimension; remove the line")
    if padded:
        notes.insert(0, f"{counted(padded, 'sequence')} padded with NaN at the end, cut there")
    channels = tuple(f"dimension {number + 1}" for number in range(flat.shape[1]))
    return LabelledSequences(sequences, labels, channels=channels, source=str(path), notes=tuple(notes))


def _from_table(table: Table, given: _Parts, impute: str | None) -> LabelledSequences:
    parts = _recognise(table, given)
    ids = encode(table, parts.id)
    times = stamps(table, parts.time).values if parts.time else np.arange(table.arrow.num_rows)
    rows, unsorted = sort(ids.number, times, len(ids.values))
    notes = [*table.notes, *(["rows were not in the order of time; sorted"] if unsorted else [])]
    values = {name: numbers(table, name) for name in parts.channels}
    if impute is None:
        for name, column in values.items():
            refuse_missing(table, rows, name, column)
    if parts.time:
        settle_duplicates(table, rows, ids, "error")
    flat = np.stack([rows.pick(column) for column in values.values()], axis=1).astype(np.float32)
    sequences, carried = _split(flat, rows.offsets)
    empty = next((number for number, sequence in enumerate(sequences) if not len(sequence)), None)
    if empty is not None:
        raise table.error(f"sequence {str(ids.values[empty])!r} has no value in some channel; remove it")
    return LabelledSequences(
        sequences,
        _constant(table, rows, ids, parts.target),
        groups=_constant(table, rows, ids, parts.group) if parts.group else None,
        channels=parts.channels,
        ids=ids.values,
        source=table.name,
        notes=(*notes, *carried, f"columns: {parts.describe()}"),
    )


def _recognise(table: Table, given: _Parts) -> _Parts:
    """Complete the columns that the user named."""
    for role in ("id", "time", "target", "group"):
        check_names(table, role, [name for name in (getattr(given, role),) if name])
    check_names(table, "channels", given.channels)
    free = [name for name in table.names if name not in (given.id, given.time, given.target, given.group)]
    id = given.id or next((name for name in SEQUENCE_NAMES if name in free), "")
    if not id:
        raise table.error(f"cannot tell sequences apart; name the column with --id; {listing(table)}")
    free = [name for name in free if name != id]
    temporal = [name for name in free if is_time(table.arrow[name])]
    time = given.time or next((name for name in (*TIME_NAMES, "step", *temporal) if name in free), None)
    free = [name for name in free if name != time]
    texts = [name for name in free if is_text(table.arrow[name].type)]
    usual = [name for name in LABEL_NAMES if name in free]
    target = given.target or (usual[0] if usual else texts[0] if len(texts) == 1 else "")
    if not target:
        raise table.error(f"cannot tell the column of the label; name it with --target; {listing(table)}")
    channels = given.channels or tuple(
        name for name in free if name != target and is_number(table.arrow[name].type)
    )
    if not channels:
        raise table.error(f"no number column is left for the values of the sequences; {listing(table)}")
    return _Parts(id, time, target, channels, given.group)


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


def _split(
    flat: NDArray[np.float32], offsets: NDArray[np.int64]
) -> tuple[list[NDArray[np.float32]], list[str]]:
    """One view for each sequence, complete: values carried forward, steps before the first ones cut."""
    bad = int((~np.isfinite(flat)).sum())
    lead = np.zeros(len(offsets) - 1, np.int64)
    for channel in range(flat.shape[1] if bad else 0):
        flat[:, channel], later = carry_forward(flat[:, channel], offsets)
        lead = np.maximum(lead, later)
    begins = offsets[:-1] + lead
    sequences = [flat[begin:end] for begin, end in zip(begins, offsets[1:], strict=True)]
    notes = (
        [f"{counted(bad, 'value')} empty, NaN or infinite, filled with the last value before them"]
        if bad
        else []
    )
    if lead.any():
        notes.append(f"{counted(int(lead.sum()), 'step')} before the first value of every channel cut off")
    return sequences, notes
