"""Any source to one arrow table that knows where it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import narwhals as nw
import pyarrow as pa
from narwhals.typing import IntoFrame

from gatewise.data.index import FrameIndex, index_as_columns, periods_of
from gatewise.data.readers.parts import training_file
from gatewise.data.readers.table.delimited import UNNAMED
from gatewise.data.readers.table.files import AS_USUAL, Writing, read_file
from gatewise.data.readers.table.marked import Numbers, read_marked
from gatewise.data.readers.table.notation import Evidence
from gatewise.data.samples.registry import PREFIX, sample
from gatewise.data.series import Columns, FrameKind
from gatewise.errors import ReadError
from gatewise.spelling import spelled_task

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Source", "Table", "kind_of_frame", "load"]

ID_NAMES = ("unique_id", "item_id", "series_id", "group_id", "group")
INDEX = "__index_level_0__"


@dataclass(frozen=True)
class Table:
    """A table and its origin, so that errors can name the file and the line.

    Attributes
    ----------
    arrow : pyarrow.Table
    name : str
        In the user's words: the path as given, or "pandas frame".
    frame_kind : {"pandas", "polars", "pyarrow"}
    place_of : callable or None
        From a row to its place in a file: ``"line 7"``; ``None`` where rows are counted.
    cells_of : callable or None
        From the name of a column of a text file to its cells as they are written.
    columns : Columns
        Parts of columns that the source itself knows; a user's flags come first.
    notes : tuple of str
    decimal : {".", ",", ""}
        What stands before decimals in numbers that are text; empty where that is not known.
    unsure : dict
        Columns whose numbers can be read in two ways, with one of them.
    index : FrameIndex or None
        The index of a pandas frame that stands for series and time.
    periods : dict of str to str
        The frequencies of columns that are periods in a pandas frame.
    """

    arrow: pa.Table
    name: str
    frame_kind: FrameKind = "pyarrow"
    place_of: Callable[[int], str] | None = None
    cells_of: Callable[[str], list[str]] | None = None
    columns: Columns = field(default_factory=Columns)
    notes: tuple[str, ...] = ()
    decimal: str = ""
    unsure: Mapping[str, Evidence] = field(default_factory=dict)
    index: FrameIndex | None = None
    periods: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self.arrow.column_names)

    @property
    def is_unnamed(self) -> bool:
        """Return whether nobody named the columns: ``column1, column2, …``, or ``0, 1, …``."""
        return self.names in (
            [f"{UNNAMED[:-1]}{number}" for number in range(1, len(self.names) + 1)],
            [str(number) for number in range(len(self.names))],
        )

    def place(self, row: int) -> str:
        """Name the place of a row: ``"line 7"`` of a text file, ``"row 5 (counted from 0)"`` of a frame."""
        return f"row {row} (counted from 0)" if self.place_of is None else self.place_of(row)

    def error(self, message: str, row: int | None = None) -> ReadError:
        """An error that begins with the name, and the place of ``row`` if given."""
        return ReadError(
            f"{self.name}: {message}" if row is None else f"{self.name}: {self.place(row)}, {message}"
        )


Source: TypeAlias = str | Path | IntoFrame | Table


def load(source: Source, text_columns: tuple[str | None, ...] = (), writing: Writing = AS_USUAL) -> Table:
    """Read a path, or take a pandas, polars or pyarrow frame; a :class:`Table` is returned as it is.

    ``text_columns``, and columns with the usual names of an id, are not read as numbers.

    Raises
    ------
    ReadError
        The file cannot be read (see :func:`~gatewise.data.readers.table.files.read_file`), the source is neither
        a path nor a frame, or two columns have the same name.
    """
    if isinstance(source, Table):
        return source
    if isinstance(source, str) and source.startswith(PREFIX):
        shipped = sample(source)
        if not isinstance(shipped.content, Path):
            raise ReadError(
                f"{source}: holds labelled sequences, not a table; use it with {spelled_task(shipped.task)}"
            )
        return replace(load(shipped.content), name=source, columns=shipped.columns)
    as_text = (*ID_NAMES, *(name for name in text_columns if name))
    if isinstance(source, str | Path):
        path = training_file(Path(source))
        content = read_file(path, as_text, writing)
        return _table(
            content.numbers,
            # As the user wrote it, where it is the file.
            str(source if path == Path(source) else path),
            place_of=content.place,
            cells_of=content.cells,
            columns=content.columns,
        )
    return _from_frame(source, as_text, writing)


def kind_of_frame(source: object) -> FrameKind | None:
    """Whose frame a source is; ``None`` of what is none, such as a path."""
    frame = nw.from_native(source, pass_through=True)
    if not isinstance(frame, nw.DataFrame | nw.LazyFrame):
        return None
    if frame.implementation.is_pandas_like():
        return "pandas"
    return "polars" if frame.implementation.is_polars() else "pyarrow"


def _table(numbers: Numbers, name: str, **about: Any) -> Table:
    return _without_saved_index(
        Table(
            numbers.arrow,
            name,
            decimal=numbers.decimal,
            unsure=numbers.unsure,
            notes=numbers.notes,
            **about,
        )
    )


def _from_frame(source: IntoFrame, as_text: tuple[str, ...], writing: Writing) -> Table:
    kind: FrameKind = "pyarrow"
    index, periods = None, dict[str, str]()
    try:
        frame = nw.from_native(_as_frame(source))
    except TypeError:
        raise ReadError(
            f"a source of type {type(source).__name__} cannot be read; expected a path or a pandas, "
            f"polars or pyarrow frame"
        ) from None
    except nw.exceptions.DuplicateError as error:
        twice = str(error).rpartition("- ")[2]
        raise ReadError(
            f"frame: column names are not unique ({twice}); give each column its own name"
        ) from None
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    if frame.implementation.is_pandas_like():
        kind = "pandas"
        periods = periods_of(cast("pd.DataFrame", frame.to_native()))
        native, index = index_as_columns(cast("pd.DataFrame", frame.to_native()))
        frame = nw.from_native(native, eager_only=True)
    elif frame.implementation.is_polars():
        kind = "polars"
    name = f"{kind} frame" if kind != "pyarrow" else "pyarrow table"
    columns = [str(column) for column in frame.columns]
    if len(set(columns)) < len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        raise ReadError(f"{name}: has two columns named {twice!r}; give each column its own name")
    if not len(frame):
        raise ReadError(f"{name}: has no rows; expected at least two rows of data")
    arrays = [_to_arrow(frame[column]) for column in frame.columns]
    parts = Columns() if index is None else Columns(index.ids, index.time)
    numbers = read_marked(
        pa.table(arrays, names=columns), decimal=writing.decimal, usual=writing.usual, as_text=as_text
    )
    return _table(numbers, name, frame_kind=kind, columns=parts, index=index, periods=periods)


def _as_frame(source: IntoFrame) -> IntoFrame:
    """Return a series of pandas as a frame: its values are the target, its index has the times."""
    series: Any = nw.from_native(source, pass_through=True, allow_series=True)
    if isinstance(series, nw.Series) and series.implementation.is_pandas_like():
        native: Any = series.to_native()
        return cast("IntoFrame", native.to_frame("y" if native.name is None else native.name))
    return source


def _to_arrow(series: nw.Series[pa.ChunkedArray]) -> pa.Array:
    try:
        return series.to_arrow()
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # Mixed objects become text, so that the value which does not belong is named like one from a file.
        return pa.array(
            [None if value is None or value != value else str(value) for value in series.to_list()],
            pa.string(),
        )


def _without_saved_index(table: Table) -> Table:
    """Drop row numbers that pandas saved: without a name in text, ``__index_level_0__`` in Parquet."""
    numbered = INDEX in table.names and pa.types.is_integer(table.arrow[INDEX].type)
    if numbered:
        return replace(table, arrow=table.arrow.drop_columns([INDEX]))
    if table.names[0] != "" or len(table.names) < 2:
        return table
    note = "ignored the first column, which has no name (a saved row number)"
    return replace(table, arrow=table.arrow.remove_column(0), notes=(*table.notes, note))
