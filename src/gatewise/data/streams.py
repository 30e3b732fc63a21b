"""Long texts as batches of streams, for truncated back-propagation through time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gatewise.data.arrays import Array

__all__ = ["StreamBatch", "default_rows", "streams", "windows"]

Items = Array
Vary = Callable[[Items, np.random.Generator], Items]

ROWS = 16
FEWEST_ITEMS = 400  # of one update


@dataclass(frozen=True)
class StreamBatch:
    """The next window of several streams.

    Attributes
    ----------
    values : Tensor, shape (rows, time) of int64, or (rows, time, keys) of float32
        The items that are read, each one before its target; zero before a beginning.
    target : Tensor
        Like ``values``: the items to be predicted.
    lengths : Tensor of int64, shape (rows,)
        Steps of each row that are real; the rest is padding.
    begins : Tensor of bool, shape (rows,)
        Rows that begin a stream here; the others go on from the batch before.
    """

    values: Tensor
    target: Tensor
    lengths: Tensor
    begins: Tensor

    @property
    def real(self) -> Tensor | None:
        """Mask of the steps that are data, shape (rows, time); ``None`` if all are."""
        time = self.values.shape[1]
        if bool((self.lengths == time).all()):
            return None
        return torch.arange(time, device="cpu") < self.lengths[:, None]


def default_rows(documents: Sequence[Items], window: int) -> int:
    """Streams side by side: 16, more where documents are short and fewer where there is little text."""
    lengths = np.array([len(document) for document in documents])
    wanted = max(ROWS, FEWEST_ITEMS // int(np.minimum(lengths, window).mean()))
    return int(min(wanted, np.maximum(1, lengths // window).sum()))


def streams(
    documents: Sequence[Items], rows: int, window: int, random: np.random.Generator, vary: Vary
) -> Iterator[StreamBatch]:
    """Endless windows; every row reads its document from the beginning to the end and then takes another.

    A document that is longer than its share of the rows is cut into pieces of equal length, at other places
    in every epoch. Windows of one piece are of like length, so that none is short.

    Parameters
    ----------
    documents : sequence of arrays, items along the first axis, none empty
    rows : int
        Streams side by side.
    window : int
        Items of one window, about.
    random : Generator
        Of order, cuts and ``vary``.
    vary : callable
        From the items of a piece to those that are shown in their place.
    """
    pieces = _pieces(documents, rows, window, random)
    waiting: list[Iterator[tuple[Items, Items]]] = [iter(()) for _ in range(rows)]
    while True:
        parts, begins = [], []
        for row in range(rows):
            part = next(waiting[row], None)
            begins.append(part is None)
            if part is None:
                read, target = next(pieces)
                waiting[row] = _cut(vary(read, random), vary(target, random), window)
                part = next(waiting[row])
            parts.append(part)
        yield _batch(parts, begins)


def windows(documents: Sequence[Items], window: int) -> Iterator[StreamBatch]:
    """Every item of these documents once, side by side, window by window, for scoring.

    The documents are to come longest first; one that has ended is left out, so that a batch has the first rows
    of the batch before it.
    """
    shifted = [(_before(document, 0, len(document)), document) for document in documents]
    for first in range(0, len(documents[0]), window):
        there = [
            (read[first : first + window], target[first : first + window])
            for read, target in shifted
            if len(target) > first
        ]
        yield _batch(there, [first == 0] * len(there))


def _pieces(
    documents: Sequence[Items], rows: int, window: int, random: np.random.Generator
) -> Iterator[tuple[Items, Items]]:
    total = sum(len(document) for document in documents)
    while True:
        cuts = []
        for number, document in enumerate(documents):
            count = min(max(1, round(len(document) * rows / total)), len(document))
            shift = int(random.integers(min(window, len(document) // count))) if count > 1 else 0
            size = (len(document) - shift) // count
            cuts += [(number, shift + size * piece, size) for piece in range(count)]
        for chosen in random.permutation(len(cuts)):
            number, first, size = cuts[chosen]
            yield _before(documents[number], first, first + size), documents[number][first : first + size]


def _before(document: Items, first: int, last: int) -> Items:
    """The items one step earlier; zero before the beginning."""
    if first:
        return document[first - 1 : last - 1]
    return np.concatenate([np.zeros_like(document[:1]), document[: last - 1]])


def _cut(read: Items, target: Items, window: int) -> Iterator[tuple[Items, Items]]:
    count = max(1, round(len(target) / window))
    yield from zip(np.array_split(read, count), np.array_split(target, count), strict=True)


def _batch(parts: Sequence[tuple[Items, Items]], begins: Sequence[bool]) -> StreamBatch:
    lengths = np.array([len(target) for _, target in parts], np.int64)
    read, target = (_padded([part[side] for part in parts], int(lengths.max())) for side in (0, 1))
    return StreamBatch(read, target, torch.from_numpy(lengths), torch.tensor(begins, device="cpu"))


def _padded(parts: Sequence[Items], time: int) -> Tensor:
    padded = np.zeros((len(parts), time, *parts[0].shape[1:]), parts[0].dtype)
    for row, part in enumerate(parts):
        padded[row, : len(part)] = part
    return torch.from_numpy(padded)
