"""Files and tables to sequences, whether they have labels or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gatewise.data.labelled import LabelledSequences, SequenceColumns, UnlabelledSequences
from gatewise.data.readers.columns import Codes, encode, is_number, is_text, is_time, numbers, stamps
from gatewise.data.readers.fill import carry_forward, refuse_missing
from gatewise.data.readers.frames import ID_NAMES, Source, Table, load
from gatewise.data.readers.layouts import LABEL_NAMES, TIME_NAMES, Names, as_names, check_names, listing
from gatewise.data.readers.rows import Rows, settle_duplicates, sort
from gatewise.data.readers.ts import Case, read_header, read_ts
from gatewise.data.readers.wording import counted
from gatewise.data.samples.registry import PREFIX, sample
from gatewise.errors import ConfigurationError, ReadError

__all__ = [
    "check_impute",
    "from_cases",
    "from_table",
    "is_ts",
    "read_sequences",
    "recognise",
    "sequence_id",
    "shipped",
]

SEQUENCE_NAMES = (*ID_NAMES, "sequence_id", "case_id", "id")


def read_sequences(
    source: Source,
    *,
    id: str | None = None,
    time: str | None = None,
    target: str | None = None,
    channels: Names = (),
    group: str | None = None,
    impute: Literal["previous"] | None = None,
) -> UnlabelledSequences:
    """Read sequences whose labels are not known, or not to be looked at, from a file or frame.

    Parameters
    ----------
    source, id, time, channels, impute
        As in :func:`~gatewise.data.readers.labelled.read_labelled`.
    target, group : str, optional
        Columns that are no channels; ``target`` need not be there.

    Raises
    ------
    ReadError
        One line that names the file, the line and column, what was expected, what came and what to do.
    ConfigurationError
        An option has a value that is not listed here.
    """
    check_impute(impute)
    if isinstance(source, str) and source.startswith(PREFIX):
        found = shipped(source)
        return UnlabelledSequences(found.sequences, found.channels, found.ids, found.source, found.notes)
    if is_ts(source):
        path = Path(str(source))
        # Labels need not be those of the header, such as "?".
        header = replace(read_header(path), classes=())
        return from_cases(path, read_ts(path, header), impute)
    table = load(source, (id, group))
    given = SequenceColumns(id or "", time, target or "", as_names(channels), group)
    return from_table(table, recognise(table, given, labelled=False), impute)[0]


def sequence_id(names: Sequence[str]) -> str:
    """The column that tells sequences apart: a usual name, or the only one that ends in ``_id``; else nothing."""
    endings = [name for name in names if name.endswith("_id")]
    return next((name for name in SEQUENCE_NAMES if name in names), endings[0] if len(endings) == 1 else "")


def check_impute(impute: str | None) -> None:
    """Refuse a way of filling that is not known."""
    if impute not in (None, "previous"):
        raise ConfigurationError(f"impute={impute!r} is not known; expected previous, or nothing")


def is_ts(source: Source) -> bool:
    """Whether a source is the path of a ``.ts`` file."""
    return isinstance(source, str | Path) and Path(source).suffix.lower() == ".ts"


def shipped(source: str) -> LabelledSequences:
    """The sequences of ``"sample:NAME"``; a sample of series is refused."""
    content = sample(source).content
    if isinstance(content, Path):
        raise ReadError(f"{source}: holds series without labels; use it with --task forecast")
    return content()


def from_cases(path: Path, cases: list[Case], impute: str | None) -> UnlabelledSequences:
    """The sequences of a ``.ts`` file, without the padding at their ends."""
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
    return UnlabelledSequences(sequences, channels, source=str(path), notes=tuple(notes))


def from_table(
    table: Table, parts: SequenceColumns, impute: str | None
) -> tuple[UnlabelledSequences, Codes, Rows]:
    """The sequences of a table, and how its rows are told apart and sorted."""
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
    found = UnlabelledSequences(
        sequences,
        parts.channels,
        ids.values,
        table.name,
        (*notes, *carried, f"columns: {parts.describe()}"),
        parts,
    )
    return found, ids, rows


def recognise(table: Table, given: SequenceColumns, *, labelled: bool) -> SequenceColumns:
    """Complete the columns that the user named; a label that is not asked for may be there or not.

    Raises
    ------
    ReadError
        A named column does not exist, or the id, the label or the channels cannot be told.
    """
    for role in ("id", "time", *(["target"] if labelled else []), "group"):
        check_names(table, role, [name for name in (getattr(given, role),) if name])
    check_names(table, "channels", given.channels)
    free = [name for name in table.names if name not in (given.id, given.time, given.target, given.group)]
    id = given.id or sequence_id(free)
    if not id:
        raise table.error(f"cannot tell sequences apart; name the column with --id; {listing(table)}")
    free = [name for name in free if name != id]
    temporal = [name for name in free if is_time(table.arrow[name])]
    time = given.time or next((name for name in (*TIME_NAMES, "step", *temporal) if name in free), None)
    free = [name for name in free if name != time]
    texts = [name for name in free if is_text(table.arrow[name].type)]
    usual = [name for name in LABEL_NAMES if name in free]
    target = given.target or (usual[0] if usual else texts[0] if len(texts) == 1 else "")
    if labelled and not target:
        raise table.error(f"cannot tell the column of the label; name it with --target; {listing(table)}")
    channels = given.channels or tuple(
        name for name in free if name != target and is_number(table.arrow[name].type)
    )
    if not channels:
        raise table.error(f"no number column is left for the values of the sequences; {listing(table)}")
    return SequenceColumns(id, time, target, channels, given.group)


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
