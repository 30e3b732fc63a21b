"""Tables in which each row is a sequence of values: its steps are columns, or lists in the cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from gatewise.data.arrays import Floats
from gatewise.data.readers.formats.step_tables import split
from gatewise.data.readers.table.columns import encode, is_list, is_number, is_text, numbers
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.roles import LABEL_NAMES, check_names, sequence_id, usual_names
from gatewise.data.readers.table.times import is_time
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.spelling import spelled

__all__ = ["FEWEST_STEPS", "RowSequences", "from_rows", "recognise_rows", "steps_in"]

# Fewer like-named columns than this are channels of one step.
FEWEST_STEPS = 12
NUMBERED = re.compile(r"(.*?)[ _.\[-]?(\d+)\]?")
# A first or last column of a table without names is the label where it holds fewer different whole numbers than this
# part of its rows.
MOST_LABELS = 0.5
# Files of the UCR archive have their labels first.
ARCHIVED = re.compile(r"_(TRAIN|TEST)\.\w+$")


@dataclass(frozen=True)
class RowSequences:
    """Where the values of the rows of a table stand.

    Attributes
    ----------
    parts : SequenceColumns
        The target is empty where it cannot be told.
    steps : tuple of tuple of str
        Columns of the steps of each channel, in order; empty where lists are in the cells.
    lists : tuple of str
        Columns with a list of numbers in each row, one for each channel; or one with a list of lists.
    channels : tuple of str
        Their names.
    axes : str
        As the user named them; empty if nobody did.
    """

    parts: SequenceColumns
    steps: tuple[tuple[str, ...], ...] = ()
    lists: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    axes: str = ""


def recognise_rows(table: Table, given: SequenceColumns) -> RowSequences | None:
    """Find columns that are the steps of one sequence in each row; ``None`` where a row is something else.

    These are lists of numbers, or at least twelve columns of numbers that count up (``t0, t1, …``, or ``x_0, …`` and
    ``y_0, …`` for two channels) or have no names in the file, beside a label; or all columns of numbers where ``axes``
    is ``"n t"``. No other column may be a time, nor one that names sequences name any twice.
    """
    if given.axes == "n c" or given.time:
        return None
    named = [name for name in (given.id, given.target, *given.targets, given.group) if name]
    left = [name for name in table.names if name not in named]
    id = given.id or sequence_id(left)
    lists = tuple(
        name
        for name in table.names
        if _holds_numbers(table, name) and name not in named and _is_chosen(name, given)
    )
    if id in table.names and len(table.arrow[id].unique()) < table.arrow.num_rows:
        return None
    left = [name for name in left if name != id]
    if lists:
        target = _target(table, given, [name for name in left if name not in lists])
        return RowSequences(_parts(given, id, target, lists), (), lists, lists, given.axes)
    if any(is_time(table.arrow[name], name) for name in left):
        return None
    values = [name for name in left if _may_hold_steps(table, name) and _is_chosen(name, given)]
    target = _target(table, given, left)
    labelled = bool(target or given.targets)
    if table.is_unnamed and not labelled:
        target = _unnamed_label(table, values)
        labelled = bool(target)
    steps = _channels([name for name in values if name != target])
    if given.axes == "n t" or (table.is_unnamed and len(values) > FEWEST_STEPS and labelled):
        steps = {"": tuple(name for name in values if name != target)}
    elif not labelled and not given.axes:
        # For prediction the same columns serve without a label.
        steps = steps if len(values) == len(left) else {}
    if not steps or not next(iter(steps.values())):
        return None
    names = tuple(name or "value" for name in steps)
    return RowSequences(
        _parts(given, id, target, given.channels), tuple(steps.values()), (), names, given.axes
    )


def steps_in(table: Table, but: Sequence[str] = ()) -> int:
    """Return how many columns count up, whatever the label is; 0 where some number does not."""
    values = [name for name in table.names if name not in but and _may_hold_steps(table, name)]
    return sum(map(len, _channels(values).values())) if values else 0


def from_rows(table: Table, rows: RowSequences, impute: str | None) -> SequenceSet:
    """The sequences of a table; what is empty at their ends is no step, and elsewhere refused by place."""
    check_names(table, "id", rows.parts.id)
    found = _of_lists(table, rows) if rows.lists else _of_columns(table, rows)
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in found])])
    empty = next((row for row, one in enumerate(found) if not len(one)), None)
    if empty is not None:
        raise table.error("has no value; remove the row", empty)
    width = found[0].shape[1]
    uneven = next((row for row, one in enumerate(found) if one.shape[1] != width), None)
    if uneven is not None:
        raise table.error(
            f"column {rows.lists[0]!r} has {counted(found[uneven].shape[1], 'channel')}; expected {width} as in "
            f"{table.place(0)}",
            uneven,
        )
    with np.errstate(over="ignore"):
        flat = np.concatenate(found).astype(np.float32)
    bad = ~np.isfinite(flat)
    if impute is None and bad.any():
        place, channel = np.argwhere(bad)[0]
        row = int(np.searchsorted(offsets, place, side="right")) - 1
        raise table.error(
            f"channel {rows.channels[channel] if channel < len(rows.channels) else channel + 1!r}: value "
            f"{place - offsets[row] + 1} is missing or infinite; fill it with the value before it with "
            f"{spelled('impute', 'previous')}",
            row,
        ).suggesting(impute="previous")
    sequences, carried = split(flat, offsets)
    empty = next((row for row, one in enumerate(sequences) if not len(one)), None)
    if empty is not None:
        raise table.error("has no value in some channel; remove the row", empty)
    names = rows.channels if len(rows.channels) == width else tuple(f"channel {n + 1}" for n in range(width))
    return SequenceSet(
        sequences,
        channels=names,
        ids=encode(table, rows.parts.id).values if rows.parts.id else None,
        source=table.name,
        notes=(*table.notes, *carried, _note(rows)),
        columns=rows.parts,
    )


def _note(rows: RowSequences) -> str:
    parts = rows.parts
    named = {"id": parts.id, "target": parts.target or ",".join(parts.targets), "group": parts.group}
    words = [f"{part}={name}" for part, name in named.items() if name]
    if rows.lists:
        return ", ".join([f"each row is a sequence: values={','.join(rows.lists)}", *words])
    ends = [f"{columns[0]} to {columns[-1]}" for columns in rows.steps]
    return ", ".join([f"each row is a sequence, time runs along it: steps={' and '.join(ends)}", *words])


def _parts(given: SequenceColumns, id: str, target: str, channels: tuple[str, ...]) -> SequenceColumns:
    return SequenceColumns(id, None, target, channels, given.group, given.decimal, given.axes, given.targets)


def _is_chosen(name: str, given: SequenceColumns) -> bool:
    return not given.channels or name in given.channels


def _holds_numbers(table: Table, name: str) -> bool:
    kind = table.arrow[name].type
    depth = 0
    while is_list(kind):
        kind, depth = kind.value_type, depth + 1
    return depth in (1, 2) and (is_number(kind) and not pa.types.is_boolean(kind))


def _may_hold_steps(table: Table, name: str) -> bool:
    kind = table.arrow[name].type
    return name not in table.unsure and (
        (is_number(kind) and not pa.types.is_boolean(kind)) or pa.types.is_null(kind)
    )


def _target(table: Table, given: SequenceColumns, left: Sequence[str]) -> str:
    return "" if given.targets else given.target or _label(table, left)


def _label(table: Table, names: Sequence[str]) -> str:
    usual = usual_names(names, LABEL_NAMES)
    texts = [name for name in names if is_text(table.arrow[name].type)]
    if len(texts) > 1:
        # Beside names that differ in every row, and what never changes.
        texts = [name for name in texts if 1 < len(table.arrow[name].unique()) < table.arrow.num_rows]
    return usual[0] if usual else texts[0] if len(texts) == 1 else ""


def _unnamed_label(table: Table, names: Sequence[str]) -> str:
    """The first or the last column of a table without names, whichever alone can be a label."""
    if len(names) <= FEWEST_STEPS:
        return ""
    first, second, *_, last = (_may_be_label(table, name) for name in (*names[:2], names[-1]))
    if first and (ARCHIVED.search(table.name) or not (second or last)):
        return names[0]
    return names[-1] if last and not (first or second) else ""


def _may_be_label(table: Table, name: str) -> bool:
    column = table.arrow[name]
    values = np.asarray(column.drop_null().cast(pa.float64()), np.float64)
    if column.null_count or not len(values) or (values % 1 != 0).any():
        return False
    return 2 <= len(np.unique(values)) <= max(2, MOST_LABELS * len(values))


def _channels(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Columns that count up, by what stands before their numbers; nothing where some do not, or few."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        part = NUMBERED.fullmatch(name)
        if part is None:
            return {}
        found.setdefault(part[1], []).append((int(part[2]), name))
    lengths = {len(columns) for columns in found.values()}
    counts = all(
        {later - before for (before, _), (later, _) in pairwise(columns)} == {1} for columns in found.values()
    )
    if len(lengths) != 1 or min(lengths) < FEWEST_STEPS or not counts:
        return {}
    return {prefix: tuple(name for _, name in columns) for prefix, columns in found.items()}


def _of_columns(table: Table, rows: RowSequences) -> list[Floats]:
    channels = [np.stack([numbers(table, name) for name in columns], axis=1) for columns in rows.steps]
    values = np.stack(channels, axis=2)  # (rows, time, channels)
    return [_without_padding(row) for row in values]


def _of_lists(table: Table, rows: RowSequences) -> list[Floats]:
    columns = [table.arrow[name].to_pylist() for name in rows.lists]
    return [_of_row(table, rows, number, cells) for number, cells in enumerate(zip(*columns, strict=True))]


def _of_row(table: Table, rows: RowSequences, number: int, cells: Sequence[object]) -> Floats:
    """The values of one row, shape (time, channels)."""
    names = ", ".join(map(repr, rows.lists))
    missing = next((name for name, cell in zip(rows.lists, cells, strict=True) if not cell), None)
    if missing is not None:
        raise table.error(f"column {missing!r} is empty; expected a list of numbers in every row", number)
    try:
        arrays = [np.asarray(cell, np.float64) for cell in cells]
    except (TypeError, ValueError):
        raise table.error(f"column {names}: expected lists of equal length", number) from None
    if len(arrays) == 1 and arrays[0].ndim == 2:
        # Of lists within a list, each is a step, or, if that is said, a channel.
        return arrays[0].T if rows.axes == "n c t" else arrays[0]
    if len({array.shape for array in arrays}) != 1 or arrays[0].ndim != 1:
        raise table.error(
            f"columns {names} hold lists of different length; expected equally many in each", number
        )
    return _without_padding(np.stack(arrays, axis=1))


def _without_padding(values: Floats) -> Floats:
    """The steps up to the last that has a value."""
    there = np.flatnonzero(~np.isnan(values).all(axis=1))
    return values[: there[-1] + 1] if len(there) else values[:0]
