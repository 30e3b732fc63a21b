"""Lines as they come, made what one step of a model reads: rows of numbers, words, symbols."""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import Any

from gatewise.data.tokens import tokenise
from gatewise.errors import DataError
from gatewise.estimators.streams import ModelStream

__all__ = ["Lines", "lines_for"]

_DELIMITERS = ("\t", ";", ",")


class Lines(ABC):
    """Reads lines for one stream, the first of which may be names of columns."""

    @abstractmethod
    def observations(self, line: str) -> Sequence[tuple[Any, str]]:
        """Return what is to be stepped for a line, each with the text that it was; nothing where there is nothing.

        Raises
        ------
        DataError
            The line is not what the model reads; the message does not name it.
        """


class _Rows(Lines):
    """Numbers: CSV with names of columns or without, separated by tabs, semicolons, commas or space; or lines of JSON.

    ``columns`` are those of the model, in its order, where it has names for them; ``keys`` what a step takes each as,
    where it takes them by name.
    """

    def __init__(self, columns: Sequence[str], keys: Sequence[str] = ()) -> None:
        self._columns, self._keys = tuple(columns), tuple(keys)
        self._delimiter: str | None = None
        self._places: list[int] | None = None
        self._width = len(self._columns) or None
        self._begun = False

    def observations(self, line: str) -> Sequence[tuple[Any, str]]:
        text = line.strip()
        if not text:
            return ()
        if text[0] in "{[":
            return [(self._of_json(text), "")]
        if not self._begun:
            self._delimiter = next((one for one in _DELIMITERS if one in text), None)
            names = self._cells(line)
            if not any(map(_is_number, names)):
                self._take(names)
                self._begun = True
                return ()
            self._begun = True
        return [(self._of_cells(self._cells(line)), "")]

    def _cells(self, line: str) -> list[str]:
        if self._delimiter is None:
            return line.split()
        (cells,) = csv.reader([line.strip("\r\n")], delimiter=self._delimiter)
        return [cell.strip() for cell in cells]

    def _take(self, names: Sequence[str]) -> None:
        if self._columns:
            self._places = [names.index(self._among(column, names)) for column in self._columns]
        self._width = len(names)

    def _among(self, column: str, names: Collection[str]) -> str:
        """Return what a column is called among names: as in the data that were fitted, or as a step has it."""
        key = self._keys[self._columns.index(column)] if self._keys else column
        for name in (column, key):
            if name in names:
                return name
        raise DataError(f"expected the columns {', '.join(self._columns)}; {column!r} is missing")

    def _of_cells(self, cells: list[str]) -> Any:
        if self._width is not None and len(cells) != self._width:
            raise DataError(f"expected {self._width} numbers, found {len(cells)}")
        if self._places is not None:
            cells = [cells[place] for place in self._places]
        return self._keyed([_number(cell) for cell in cells])

    def _of_json(self, text: str) -> Any:
        try:
            found = json.loads(text)
        except ValueError as error:
            raise DataError(f"not a line of JSON ({error})") from None
        if isinstance(found, list):
            return self._keyed(found)
        if self._keys:
            return {self._key_of(name): one for name, one in found.items()}
        if not self._columns:
            return list(found.values())
        return [found[self._among(column, found)] for column in self._columns]

    def _key_of(self, name: str) -> str:
        return self._keys[self._columns.index(name)] if name in self._columns else name

    def _keyed(self, numbers: list[Any]) -> Any:
        return dict(zip(self._keys, numbers, strict=False)) if self._keys else numbers


class _Words(Lines):
    """Text, cut into words."""

    def observations(self, line: str) -> Sequence[tuple[Any, str]]:
        return [(word, word) for word in tokenise(line)]


class _Symbols(Lines):
    """Text, cut as a language model's is; ends of lines are symbols, too."""

    def __init__(self, alphabet: Any) -> None:
        self._alphabet = alphabet

    def observations(self, line: str) -> Sequence[tuple[Any, str]]:
        numbers = self._alphabet.encode(line)
        return [(int(one), str(self._alphabet.decode(numbers[k : k + 1]))) for k, one in enumerate(numbers)]


def lines_for(estimator: Any, stream: ModelStream) -> Lines:
    """Return what reads lines for a stream of a model."""
    fields = {field.name: field for field in stream.graph.inputs}
    if "word" in fields:
        return _Words()
    if "symbol" in fields:
        return _Symbols(estimator.vocabulary_)
    if "y" in fields:
        (target,) = estimator.series_.columns.target[:1] or ("y",)
        others = [name for kind in ("past", "known") if kind in fields for name in fields[kind].names]
        return _Rows([target, *others], ["y", *others])
    (field,) = fields.values()
    return _Rows(field.names)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(cell: str) -> float:
    if not cell:
        return float("nan")
    try:
        return float(cell)
    except ValueError:
        raise DataError(f"expected a number, found {cell!r:.60}") from None
