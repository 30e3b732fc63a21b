"""What holds sequences: arrays, tensors, frames, lists and generators, taken apart into one row for each sequence."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Any

import narwhals as nw
import numpy as np
import torch

from gatewise.data.sequences import SequenceSet
from gatewise.errors import DataError

__all__ = ["Container", "is_frame", "is_missing", "taken_apart"]


@dataclasses.dataclass(frozen=True)
class Container:
    """Sequences as they came.

    Attributes
    ----------
    rows : list
        One entry for each sequence, of whatever kind; empty where there is a ``table``.
    table : array or frame, or None
        Flat sequences of one channel and one length, (sequences, time), as scikit-learn has them.
    axes : int
        Of the array that held numbers; 0 of anything else.
    in_order : bool
        Whether steps come first in each, whatever is said of axes: a reader has seen to that, or an index of times.
    """

    rows: list[Any]
    table: Any = None
    axes: int = 0
    in_order: bool = False

    @property
    def is_table_in_lists(self) -> bool:
        """Whether it is lists of numbers, all equally long, as scikit-learn takes tables, too."""
        plain = all(isinstance(row, list) and all(isinstance(one, Real) for one in row) for row in self.rows)
        return plain and len({len(row) for row in self.rows}) == 1


def is_frame(X: object) -> bool:
    """Return whether ``X`` is a data frame."""
    return hasattr(X, "columns") and hasattr(X, "shape")


def is_missing(value: Any) -> bool:
    """Return whether a value stands for none: ``None``, NaN, NaT, or the one of pandas."""
    if hasattr(value, "__len__"):
        return False
    # The missing value of pandas is equal to nothing, and says so to nobody who asks for a truth value.
    return value is None or type(value).__name__ == "NAType" or bool(value != value)


def taken_apart(X: Any) -> Container:
    """Return the sequences in ``X``.

    Raises
    ------
    DataError
        It is one text, or holds nothing in an order; or a frame has several columns of texts, or channels of one
        sequence that differ in length.
    """
    return next(take for holds, take in CONTAINERS if holds(X))(X)


def _from_frame(frame: Any) -> Container:
    """Rows of instances, cells that are sequences (sktime's nested frames), a column of texts, or a flat table."""
    levels = getattr(getattr(frame, "index", None), "nlevels", 1)
    if levels > 1:
        # The last level is the time; those before it name the sequence.
        by = list(range(levels - 1)) if levels > 2 else 0
        rows = [rows.to_numpy() for _, rows in frame.groupby(level=by, sort=False)]
        return Container(rows, in_order=True)
    native = nw.from_native(frame, eager_only=True, pass_through=True)
    if not isinstance(native, nw.DataFrame) or not native.shape[1]:
        return Container([], frame)
    first = native[:, 0].to_list()
    if not any(_is_cell(cell) for cell in first):
        return Container([], frame)
    columns = [first, *(native[:, place].to_list() for place in range(1, native.shape[1]))]
    return _from_cells(columns)


def _is_cell(cell: object) -> bool:
    """Return whether a cell of a table holds a whole sequence by itself: a text, or anything with a length."""
    return hasattr(cell, "__len__") and not isinstance(cell, Mapping)


def _from_cells(columns: list[list[Any]]) -> Container:
    if len(columns) == 1:
        return Container(columns[0])
    if any(isinstance(cell, str) for column in columns for cell in column):
        raise DataError(
            f"X: expected one column of texts, got {len(columns)} columns; choose one, such as frame['text']"
        )
    rows = list(zip(*columns, strict=True))
    return Container([_beside_each_other(number, row) for number, row in enumerate(rows)])


def _beside_each_other(number: int, cells: tuple[Any, ...]) -> Any:
    lengths = sorted({len(cell) if hasattr(cell, "__len__") else 0 for cell in cells})
    if len(lengths) > 1:
        raise DataError(
            f"X: sequence {number} has channels of {lengths[0]} and of {lengths[-1]} steps; expected as many in each"
        )
    return np.stack([np.asarray(cell) for cell in cells], axis=1)  # (time, channels)


def _from_array(array: Any) -> Container:
    if array.dtype.kind in "OUST" and array.ndim == 2 and array.size and _is_cell(array.flat[0]):
        return _from_cells([column.tolist() for column in array.T])
    if array.dtype.kind in "OUST" and array.ndim == 1:
        return Container(array.tolist())
    return Container(list(array), axes=array.ndim) if array.ndim > 2 else Container([], array)


def _one_text(X: object) -> Container:
    shown = f"{X!s:.40}"
    raise DataError(
        f"X: expected a list of sequences, got one text, {shown!r}; put it into a list: [{shown!r}]"
    )


def _no_order(X: object) -> Container:
    raise DataError(
        f"X: expected a list, an array or a frame of sequences, got a {type(X).__name__}; give its values as a list"
    )


# The first that holds.
CONTAINERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Container]], ...] = (
    (lambda X: isinstance(X, SequenceSet), lambda X: Container(list(X.sequences), in_order=True)),
    (lambda X: isinstance(X, str | bytes), _one_text),
    (is_frame, _from_frame),
    (lambda X: isinstance(X, torch.Tensor), lambda X: _from_array(X.detach().cpu().numpy())),
    (lambda X: isinstance(X, np.ndarray), _from_array),
    # A series of pandas or polars.
    (lambda X: hasattr(X, "to_list"), lambda X: Container(X.to_list())),
    # Sparse matrices, and what only says that it is an array, are scikit-learn's to check.
    (lambda X: hasattr(X, "__array__") or hasattr(X, "toarray"), lambda X: Container([], X)),
    (lambda X: isinstance(X, Mapping | set), _no_order),
    (lambda X: isinstance(X, Iterable), lambda X: Container(list(X))),
    (lambda _: True, _no_order),
)
