"""Arrays of numpy: ``.npz`` with sequences and labels under their names, or an ``.npy`` with its labels beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gatewise.data.arrays import Array, Floats
from gatewise.data.readers.formats.base import Format, TaskGuess
from gatewise.data.readers.formats.step_tables import split
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.textfile import check_text
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ReadError
from gatewise.spelling import spelled, spelled_task

__all__ = ["ARRAYS"]

ENDINGS = (".npz", ".npy")
# Names of sequences and of labels, in small letters; those of a training part first.
SEQUENCES = (
    "x_train",
    "train_x",
    "x",
    "data",
    "sequences",
    "features",
    "inputs",
    "values",
    "x_test",
    "test_x",
)
TARGETS = ("y_train", "train_y", "y", "label", "labels", "target", "targets", "classes", "y_test", "test_y")
GROUPS = ("groups", "group", "subjects", "subject")
# With more channels than this for each step, time and channels are likely to stand the other way round.
MOST_CHANNELS = 2
FEW_CHANNELS = 8


class _Arrays(NamedTuple):
    """Sequences, shape (n, t, c), with padding as NaN, what is to be learned, and whom they belong to."""

    values: Floats
    target: Array | None
    groups: Array | None
    columns: SequenceColumns
    note: str


def _read(path: Path, options: ReadOptions, *, labelled: bool) -> _Arrays:
    options.refuse("id", "time", what="a file of arrays")
    arrays = _load(path)
    given = options.columns
    x = _named(path, arrays, "channels", given.channels[:1], SEQUENCES)
    if not x:
        numeric = [
            name for name, array in arrays.items() if array.ndim in (2, 3) and array.dtype.kind in "fiu"
        ]
        if len(numeric) != 1:
            raise ReadError(
                f"{path}: cannot tell the array of the sequences; name it with {spelled('channels')}; "
                f"{_listing(arrays)}"
            )
        x = numeric[0]
    y = _named(path, arrays, "target", (given.target,) if given.target else (), TARGETS) if labelled else ""
    if labelled and (not y or y == x):
        raise ReadError(
            f"{path}: cannot tell the array of the labels; name it with {spelled('target')}; {_listing(arrays)}"
        )
    who = _named(path, arrays, "group", (given.group,) if given.group else (), GROUPS) if labelled else ""
    values = _axes(path, x, arrays[x], options.axes)
    each = {name: _one_each(path, name, arrays[name], len(values)) for name in (y, who) if name}
    note = ", ".join(
        f"{part}={name}" for part, name in (("sequences", x), ("target", y), ("group", who)) if name
    )
    n, t, c = values.shape
    # The file of a test set may call them otherwise.
    columns = SequenceColumns(
        target=given.target, channels=given.channels, group=given.group, axes=given.axes
    )
    about = f"arrays: {note}; {counted(n, 'sequence')} of {counted(t, 'step')} and {counted(c, 'channel')}"
    return _Arrays(values, each.get(y), each.get(who), columns, about)


def _load(path: Path) -> dict[str, Array]:
    """The arrays of a file; those of an ``.npy`` are called ``x`` and, of a file beside it, ``y``."""
    check_text(path, "arrays of numpy", binary=True)
    if path.suffix.lower() == ".npz":
        found = _opened(path)
        if not isinstance(found, dict):
            raise ReadError(f"{path}: is one array, as of an .npy file; rename it to {path.stem}.npy")
        return found
    arrays = {"x": _opened(path)}
    for name in _beside(path.name):
        other = path.with_name(name)
        if other.is_file():
            arrays["y"] = _opened(other)
            break
    found = {name: array for name, array in arrays.items() if not isinstance(array, dict)}
    if len(found) < len(arrays):
        raise ReadError(f"{path}: holds several arrays, as an .npz file does; rename it to {path.stem}.npz")
    return found


def _opened(path: Path) -> Array | dict[str, Array]:
    with path.open("rb") as file:
        head = file.read(6)
    if not head.startswith((b"PK", b"\x93NUMPY")):
        raise ReadError(f"{path}: is no file of numpy, or a damaged one; save it again")
    try:
        content = np.load(path, allow_pickle=False)
        if isinstance(content, np.ndarray):
            return content
        with content:
            return {name: content[name] for name in content.files}
    except Exception as error:
        if "allow_pickle" in str(error):
            raise ReadError(
                f"{path}: holds Python objects, which may run code when they are read; save arrays of numbers, those "
                "of different lengths filled with NaN at their ends"
            ) from None
        raise ReadError(f"{path}: is no file of numpy, or a damaged one; save it again") from None


def _beside(name: str) -> list[str]:
    """What labels of sequences of a file may be called: ``y_train.npy`` for ``X_train.npy``."""
    pairs = (
        ("X", "y"),
        ("x", "y"),
        ("X", "Y"),
        ("data", "labels"),
        ("data", "label"),
        ("features", "labels"),
    )
    return [name.replace(here, there, 1) for here, there in pairs if here in name]


def _named(
    path: Path, arrays: dict[str, Array], option: str, given: Sequence[str], usual: Sequence[str]
) -> str:
    if given:
        if given[0] not in arrays:
            raise ReadError(f"{path}: has no array {given[0]!r} for {spelled(option)}; {_listing(arrays)}")
        return given[0]
    small = {name.lower(): name for name in arrays}
    return next((small[name] for name in usual if name in small), "")


def _listing(arrays: dict[str, Array]) -> str:
    shown = ", ".join(f"{name} {array.shape}" for name, array in list(arrays.items())[:10])
    return f"arrays are {shown or 'none'}"


def _axes(path: Path, name: str, array: Array, axes: str | None) -> Floats:
    """An array as (n, t, c)."""
    if array.dtype.kind not in "fiub" or array.ndim not in (2, 3) or not array.size:
        raise ReadError(
            f"{path}: array {name!r} has shape {array.shape} of {array.dtype}; expected numbers of shape (sequences, "
            "time, channels) or (sequences, time)"
        )
    if axes is not None and len(axes.split()) != array.ndim:
        raise ReadError(
            f"{path}: array {name!r} has {array.ndim} axes, but {spelled('axes', axes)} names {len(axes.split())}"
        )
    values = array.astype(np.float64)
    if array.ndim == 2:
        return values[:, None, :] if axes == "n c" else values[:, :, None]
    if axes == "n c t":
        return values.transpose(0, 2, 1)
    steps, channels = array.shape[1:]
    if axes is None and channels > FEW_CHANNELS and channels > MOST_CHANNELS * steps:
        raise ReadError(
            f"{path}: array {name!r} has shape {array.shape}: {steps} steps of {channels} channels, or {channels} "
            f"steps of {steps}; say which with {spelled('axes', 'n t c')} or {spelled('axes', 'n c t')}"
        ).suggesting(axes="n c t")
    return values


def _one_each(path: Path, name: str, array: Array, count: int) -> Array:
    """One value for each sequence; of one column for each class the class."""
    if array.shape == (count, 1):
        array = array[:, 0]
    elif (
        array.ndim == 2
        and len(array) == count
        and array.dtype.kind in "fiub"
        and (array.sum(axis=1) == 1).all()
    ):
        array = array.argmax(axis=1)
    if array.shape != (count,) or array.dtype.kind not in "fiubUS":
        raise ReadError(
            f"{path}: array {name!r} has shape {array.shape} of {array.dtype}; expected one value for each of "
            f"{count:,} sequences"
        )
    return np.array([one.decode("utf-8", "replace") for one in array]) if array.dtype.kind == "S" else array


def _as_set(path: Path, found: _Arrays, impute: str | None) -> SequenceSet:
    """The sequences without the NaN at their ends."""
    there = np.asarray(np.isfinite(found.values).any(axis=2))  # (n, t)
    lengths = np.where(there.any(axis=1), there.shape[1] - there[:, ::-1].argmax(axis=1), 0)
    empty = np.flatnonzero(lengths == 0)
    if len(empty):
        raise ReadError(f"{path}: sequence {empty[0]} (counted from 0) has no number; leave it out")
    flat = np.concatenate([one[:length] for one, length in zip(found.values, lengths, strict=True)])
    with np.errstate(over="ignore"):
        flat = flat.astype(np.float32)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    bad = ~np.isfinite(flat)
    if impute is None and bad.any():
        row, channel = np.argwhere(bad)[0]
        number = int(np.searchsorted(offsets, row, side="right")) - 1
        raise ReadError(
            f"{path}: sequence {number}, step {row - offsets[number]}, channel {channel} (counted from 0) is missing "
            f"or infinite; fill it with the value before it with {spelled('impute', 'previous')}"
        ).suggesting(impute="previous")
    sequences, notes = split(flat, offsets)
    empty = np.flatnonzero([not len(one) for one in sequences])
    if len(empty):
        raise ReadError(
            f"{path}: sequence {empty[0]} (counted from 0) has no number in some channel; leave it out"
        )
    cut = int((lengths < there.shape[1]).sum())
    if cut:
        notes.insert(0, f"{counted(cut, 'sequence')} filled with NaN at the end, cut there")
    return SequenceSet(
        sequences,
        groups=found.groups,
        channels=tuple(f"channel {number + 1}" for number in range(flat.shape[1])),
        source=str(path),
        notes=(found.note, *notes),
        columns=None if found.columns == SequenceColumns() else found.columns,
    )


def _is_whole(target: Array) -> bool:
    values = target.astype(np.float64)
    return bool((values % 1 == 0).all())


def _labelled(path: Path, options: ReadOptions) -> SequenceSet:
    found = _read(path, options, labelled=True)
    target = found.target
    if target is not None and target.dtype.kind == "f" and not _is_whole(target):
        raise ReadError(
            f"{path}: labels are numbers with decimals; to estimate them, use {spelled_task('regression')}"
        )
    return replace(
        _as_set(path, found, options.impute),
        target=target.astype(np.int64) if target is not None and target.dtype.kind in "fiub" else target,
        task="classification",
    )


def _valued(path: Path, options: ReadOptions) -> SequenceSet:
    found = _read(path, options, labelled=True)
    target = found.target
    if target is None or target.dtype.kind not in "fiu" or not np.isfinite(target).all():
        raise ReadError(f"{path}: labels are no numbers; use it with {spelled_task('classification')}")
    return replace(_as_set(path, found, options.impute), target=target.astype(np.float64), task="regression")


def _unlabelled(path: Path, options: ReadOptions) -> SequenceSet:
    return _as_set(path, _read(path, options, labelled=False), options.impute)


def _guess(path: Path, options: ReadOptions) -> TaskGuess:
    target = _read(path, options, labelled=True).target
    if (
        target is not None
        and target.dtype.kind == "f"
        and np.isfinite(target).all()
        and (target % 1 != 0).any()
    ):
        return TaskGuess("regression", "its labels are numbers with decimals")
    return TaskGuess("classification", "it holds arrays of sequences and labels")


ARRAYS = Format(
    holds="one label for each sequence",
    readers={"classification": _labelled, "regression": _valued, None: _unlabelled},
    guess=_guess,
    endings=ENDINGS,
)
