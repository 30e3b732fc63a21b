"""Tables with one row for each sequence and step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewise.data.arrays import Array, Integers, Values
from gatewise.data.readers.table.columns import (
    Codes,
    encode,
    is_number,
    is_text,
    labels,
    numbers,
)
from gatewise.data.readers.table.date_numbers import NUMBER
from gatewise.data.readers.table.fill import carry_forward, refuse_missing
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.roles import (
    LABEL_NAMES,
    TIME_NAMES,
    check_names,
    listing,
    sequence_id,
    usual_names,
)
from gatewise.data.readers.table.rows import Duplicates, SortedRows, settle_duplicates, sort
from gatewise.data.readers.table.times import is_time, stamps
from gatewise.data.readers.wording import counted
from gatewise.data.reading import Reading
from gatewise.data.sequences import SequenceColumns, Sequences
from gatewise.errors import ReadError
from gatewise.spelling import spelled

__all__ = [
    "Arrangement",
    "arrange",
    "constant",
    "constant_number",
    "holds_tokens",
    "recognise",
    "split",
    "tags_of",
    "tokens_of",
    "values_of",
]

TOKEN_NAMES = ("token", "word", "form", "tokens", "words")
TAG_NAMES = (
    "tag", "label", "ner", "ner_tag", "pos", "upos", "slot", "tags", "labels", "class", "category", "target", "y",
)  # fmt: skip


@dataclass(frozen=True)
class Arrangement:
    """The rows of a table, sequence by sequence and in the order of time; ``ids`` name the sequences."""

    table: Table
    parts: SequenceColumns
    ids: Codes
    rows: SortedRows
    notes: tuple[str, ...]

    def name_of(self, place: int) -> str:
        """The name of the sequence to which the arranged row ``place`` belongs."""
        return str(self.ids.values[self.rows.number[place]])


def arrange(table: Table, parts: SequenceColumns, duplicates: Duplicates = "error") -> Arrangement:
    """Sort a table by sequence and time; a time that a sequence has twice is settled, or refused later."""
    ids = encode(table, parts.id)
    times = _times(table, parts.time) if parts.time else np.arange(table.arrow.num_rows)
    rows, notes = sort(ids.number, times, len(ids.values))
    if duplicates != "error":
        rows, settled = settle_duplicates(table, rows, ids, duplicates, list)
        notes = [*notes, *settled]
    return Arrangement(table, parts, ids, rows, (*table.notes, *notes))


def _times(table: Table, name: str) -> Array:
    """Times by which rows are ordered; whole numbers as they are."""
    try:
        return stamps(table, name, kept=Reading(date_format=NUMBER)).values
    except ReadError as error:
        if "day_first" not in error.suggested:
            raise
        # An option of series alone.
        raise table.error(
            f"column {name!r}: its dates may have the day first or the month first, as no row has a day above 12; "
            "write them as 2024-01-31"
        ) from None


def values_of(data: Arrangement, impute: str | None) -> tuple[list[Values], tuple[str, ...]]:
    """The values of each sequence, complete, and notes; where their first steps lack values, these are cut."""
    table, parts, rows = data.table, data.parts, data.rows
    values = {name: numbers(table, name) for name in parts.channels}
    if impute is None:
        for name, column in values.items():
            refuse_missing(table, rows, name, column)
    _refuse_repeated_times(data)
    flat = np.stack([rows.mean(column) for column in values.values()], axis=1).astype(np.float32)
    sequences, carried = split(flat, rows.offsets)
    empty = next((number for number, sequence in enumerate(sequences) if not len(sequence)), None)
    if empty is not None:
        raise table.error(f"sequence {str(data.ids.values[empty])!r} has no value in some channel; remove it")
    return sequences, (*data.notes, *carried, f"columns: {parts.describe()}")


def tokens_of(data: Arrangement) -> tuple[list[list[str]], tuple[str, ...]]:
    """The tokens of each sequence, and notes."""
    _refuse_repeated_times(data)
    codes = encode(data.table, data.parts.channels[0])
    return _texts(codes, data.rows), (*data.notes, f"columns: {data.parts.describe()}")


def tags_of(data: Arrangement, sequences: Sequences) -> list[list[str]]:
    """The label of each step; those of steps that were cut off at the beginning are left out."""
    tags = _texts(encode(data.table, data.parts.target), data.rows)
    return [tag[len(tag) - len(sequence) :] for tag, sequence in zip(tags, sequences, strict=True)]  # type: ignore[arg-type]  # tokens and values have lengths


def constant(data: Arrangement, name: str) -> Array:
    """The one label of each sequence: text, or whole numbers; one that changes is refused by place."""
    return _constant(data, name, labels(data.table, name))


def constant_number(data: Arrangement, name: str) -> Array:
    """The one number of each sequence; one that is missing or changes is refused by place."""
    column = numbers(data.table, name)
    refuse_missing(data.table, data.rows, name, column, can_be_imputed=False)
    return _constant(data, name, column)


def _constant(data: Arrangement, name: str, column: Array) -> Array:
    table, rows = data.table, data.rows
    ordered = rows.pick(column)
    changes = (ordered[1:] != ordered[:-1]) & (np.diff(rows.number) == 0)
    if changes.any():
        place = int(np.argmax(changes)) + 1
        raise table.error(
            f"column {name!r} changes from {ordered[place - 1]} to {ordered[place]} within sequence "
            f"{data.name_of(place)!r}; expected one value for each sequence",
            rows.table_row(place),
        )
    return ordered[rows.offsets[:-1]]


def recognise(
    table: Table, given: SequenceColumns, *, labelled: bool, tokens: bool = False
) -> SequenceColumns:
    """Complete the columns that the user named; a label that is not asked for may be there or not.

    ``tokens``: the one channel may be a column of text: one that is named so, or has a usual name, or is the only one
    beside the label where no column holds numbers.

    Raises
    ------
    ReadError
        A named column does not exist, or the id, the label or the channels cannot be told.
    """
    for role in ("id", "time", *(["target"] if labelled else []), "group"):
        check_names(table, role, getattr(given, role))
    check_names(table, "target", *(given.targets if labelled else ()))
    check_names(table, "channels", *given.channels)
    taken = (given.id, given.time, given.target, given.group, *given.targets)
    free = [name for name in table.names if name not in taken]
    id = given.id or next(iter(table.columns.id), "") or sequence_id(free)
    if not id:
        raise table.error(
            f"cannot tell sequences apart; name the column with {spelled('id')}; {listing(table)}"
        )
    free = [name for name in free if name != id]
    temporal = [name for name in free if is_time(table.arrow[name], name)]
    named = (table.columns.time, *TIME_NAMES, "step", *temporal)
    time = given.time or next((name for name in named if name in free), None)
    free = [name for name in free if name != time]
    texts = [name for name in free if is_text(table.arrow[name].type) and name not in given.channels]
    token = next(iter(usual_names(texts, TOKEN_NAMES)), "") if tokens else ""
    usual = usual_names(free, TAG_NAMES) if tokens else [name for name in LABEL_NAMES if name in free]
    alone = [name for name in texts if name != token]
    target = (
        "" if given.targets else given.target or (usual[0] if usual else alone[0] if len(alone) == 1 else "")
    )
    if labelled and not target and not given.targets:
        raise table.error(
            f"cannot tell the column of the label; name it with {spelled('target')}; {listing(table)}"
        )
    values = tuple(name for name in free if name != target and is_number(table.arrow[name].type))
    if tokens and not token and not values:
        rest = [name for name in texts if name != target]
        token = rest[0] if len(rest) == 1 else ""
    channels = given.channels or ((token,) if token and token != target else values)
    if not channels:
        what = "column is left for the tokens or" if tokens else "number column is left for the"
        raise table.error(f"no {what} values of the sequences; {listing(table)}")
    return SequenceColumns(id, time, target, channels, given.group, given.decimal, targets=given.targets)


def holds_tokens(table: Table, parts: SequenceColumns) -> bool:
    """Return whether the one channel is text."""
    return len(parts.channels) == 1 and is_text(table.arrow[parts.channels[0]].type)


def split(flat: Values, offsets: Integers) -> tuple[list[Values], list[str]]:
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


def _refuse_repeated_times(data: Arrangement) -> None:
    if data.parts.time:
        settle_duplicates(data.table, data.rows, data.ids, "error", list)


def _texts(codes: Codes, rows: SortedRows) -> list[list[str]]:
    # Python's own strings, each once, however often it comes.
    spelled = codes.values.tolist()
    ordered = rows.pick(codes.number).tolist()
    words = [spelled[number] for number in ordered]
    return [words[begin:end] for begin, end in zip(rows.offsets[:-1], rows.offsets[1:], strict=True)]
