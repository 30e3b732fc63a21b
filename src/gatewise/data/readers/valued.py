"""Files and tables to sequences with numbers to be estimated."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from gatewise.data.readers.formats.form import form_of, path_of
from gatewise.data.readers.formats.step_tables import arrange, constant, recognise, values_of
from gatewise.data.readers.formats.ts import read_header, read_ts
from gatewise.data.readers.sequences import check_impute, from_cases, shipped
from gatewise.data.readers.table.columns import numbers
from gatewise.data.readers.table.fill import refuse_missing
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.roles import Names, as_names
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ReadError

__all__ = ["read_valued"]

Floats = NDArray[np.float64]


def read_valued(
    source: Source,
    *,
    id: str | None = None,
    time: str | None = None,
    target: str | None = None,
    channels: Names = (),
    group: str | None = None,
    impute: Literal["previous"] | None = None,
) -> SequenceSet:
    """Read sequences with one number each, or one for each of their steps.

    Parameters
    ----------
    source : path, pandas / polars / pyarrow frame, or ``"sample:NAME"``
        A ``.ts`` file with ``@targetLabel true``, or a long table with one row for each sequence and time.
    id, time, channels, group, impute : optional
        As in :func:`~gatewise.data.readers.labelled.read_labelled`.
    target : str, optional
        Column of the number; ``target``, ``y``, … are recognised. Where it is the same in all rows of every sequence
        there is one number for each, otherwise one for each step.

    Returns
    -------
    SequenceSet

    Raises
    ------
    ReadError
        One line that names the file, the line and column, what was expected, what came and what to do.
    ConfigurationError
        An option has a value that is not listed here.
    """
    check_impute(impute)
    form = form_of(source)
    if form == "sample":
        found = shipped(str(source))
        if found.task != "regression":
            raise ReadError(
                f"{source}: has classes, no numbers to be estimated; use it with --task classification"
            )
        return found
    if form == "ts":
        return _from_ts(path_of(source), impute)
    if form != "table":
        raise ReadError(
            f"{source}: holds no numbers to be estimated; expected a long table, or a .ts file with @targetLabel true"
        )
    table = load(source, (id, group))
    given = SequenceColumns(id or "", time, target or "", as_names(channels), group)
    return _from_table(table, recognise(table, given, labelled=True), impute)


def _from_ts(path: Path, impute: str | None) -> SequenceSet:
    header = read_header(path)
    if not header.regression:
        raise ReadError(
            f"{path}: has no numbers to be estimated (@targetLabel true); with classes, use it with "
            "--task classification"
        )
    cases = read_ts(path, header)
    targets = np.array([_number(path, case.line, case.label) for case in cases])
    found = from_cases(path, cases, impute)
    sequences = cast("list[NDArray[np.float32]]", found.sequences)
    return SequenceSet(
        sequences, targets, task="regression", channels=found.channels, source=found.source, notes=found.notes
    )


def _number(path: Path, line: int, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise ReadError(f"{path}: line {line}: expected a number as the target, found {text[:40]!r}")
    return value


def _from_table(table: Table, parts: SequenceColumns, impute: str | None) -> SequenceSet:
    data = arrange(table, parts)
    column = numbers(table, parts.target)
    refuse_missing(table, data.rows, parts.target, column, can_be_imputed=False)
    groups = constant(data, parts.group) if parts.group else None
    sequences, notes = values_of(data, impute)
    ordered, offsets = data.rows.pick(column), data.rows.offsets
    targets: Floats | list[Floats] = ordered[offsets[:-1]]
    if (ordered != np.repeat(ordered[offsets[:-1]], np.diff(offsets))).any():
        # Steps that were cut off for lack of values are at the beginning.
        targets = [ordered[end - len(one) : end] for one, end in zip(sequences, offsets[1:], strict=True)]
    return SequenceSet(
        sequences,
        targets,
        task="regression",
        groups=groups,
        channels=parts.channels,
        ids=data.ids.values,
        source=table.name,
        notes=notes,
        columns=parts,
    )
