"""One sequence of a user's data, by its number or its name, as a model reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from gatewise.data.corpus import Corpus
from gatewise.data.readers import read
from gatewise.data.readers.text import text_or_file
from gatewise.data.sequences import SequenceSet
from gatewise.data.series import SeriesSet
from gatewise.errors import DataError
from gatewise.estimators.language.network import LanguageModel
from gatewise.estimators.tracing import Shown

__all__ = ["Chosen", "choose", "one_of"]


@dataclass(frozen=True)
class Chosen:
    """One sequence, still in the user's form.

    Attributes
    ----------
    data : SeriesSet, SequenceSet or list of one; or None, of a forecaster's own series
    name : str
    number : int
        Its place in ``data``.
    place : int
        Its place among all that the user gave.
    total : int or None
        Symbols of the document whose end this is, where not all of it is taken.
    """

    data: Any
    name: str
    number: int = 0
    place: int = 0
    total: int | None = None

    def shown_to(self, model: Any) -> Shown:
        """Return the sequence as a model reads it."""
        shown: Shown = next(islice(model.shown(self.data), self.number, None))
        return replace(shown, name=self.name)


def one_of(model: Any, X: Any, sequence: int | str | None = None) -> Shown:
    """Return one sequence of ``X`` as a model reads it; see :func:`choose`."""
    return choose(model, X, sequence).shown_to(model)


def choose(
    model: Any, X: Any, sequence: int | str | None = None, *, most_symbols: int | None = None, **columns: Any
) -> Chosen:
    """Pick one sequence.

    Parameters
    ----------
    model : estimator
        Fitted; it reads paths and frames.
    X : what ``predict`` takes, or ``None`` for a forecaster's own series
    sequence : int or str, optional
        Its number from 1, or its name; the first by default. A name wins.
    most_symbols : int, optional
        Of a longer document of a language model only the end is taken, and read as a document of its own.
    **columns
        As readers take them.

    Raises
    ------
    DataError
        There is no such sequence, or ``X`` cannot be read.
    """
    found = _as_data(model, X, columns)
    names = _names(model.series_ if found is None else found)
    if not names:
        raise DataError("data: expected at least one sequence, got none")
    number = _number(names, sequence)
    if found is None:
        return Chosen(None, names[number], number, number)
    data = _taken(found, number)
    if isinstance(model, LanguageModel) and most_symbols is not None and len(data[0]):
        return replace(_shortened(model, data[0], names[number], most_symbols), place=number)
    return Chosen(data, names[number], place=number)


def _as_data(model: Any, X: Any, columns: dict[str, Any]) -> Any:
    if X is None and not hasattr(model, "series_"):
        raise DataError(f"data: a {type(model).__name__} needs something to read; give data")
    if isinstance(model, LanguageModel):
        X = read(X, "language", **columns) if columns else text_or_file(X)
        return [X] if isinstance(X, str | Corpus) or getattr(X, "ndim", 0) == 2 else list(X)
    if X is None:
        return None
    if isinstance(X, SeriesSet | SequenceSet):
        return X
    if hasattr(model, "series_"):
        return model.read(X, **columns)
    return model.read_all(X, **columns)


def _names(found: Any) -> list[str]:
    ids = getattr(found, "ids", None)
    if ids is not None:
        return [str(name) for name in ids]
    return [str(number + 1) for number in range(len(found))]


def _number(names: list[str], sequence: int | str | None) -> int:
    if sequence is None:
        return 0
    if str(sequence) in names:
        return names.index(str(sequence))
    try:
        number = int(sequence)
    except ValueError:
        number = 0
    if isinstance(sequence, bool) or not 1 <= number <= len(names):
        known = names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"
        raise DataError(
            f"sequence: expected a number from 1 to {len(names)} or a name ({known}), got {sequence!r}"
        )
    return number - 1


def _taken(found: Any, number: int) -> Any:
    rows = np.array([number])
    if isinstance(found, SeriesSet):
        return found.take(rows, np.zeros(1, np.int64), found.lengths[rows])
    if isinstance(found, SequenceSet):
        return found.take(rows)
    return found[number : number + 1]


def _shortened(model: LanguageModel, document: Any, name: str, most: int) -> Chosen:
    (items,) = model._encoded([document])
    if len(items) <= most:
        return Chosen([document], name)
    return Chosen([model.vocabulary_.decode(items[-most:])], name, total=len(items))
