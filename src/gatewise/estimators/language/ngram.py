"""Counts of n-grams with interpolated Kneser–Ney smoothing: the language model to beat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gatewise.data.arrays import Floats, Integers
from gatewise.errors import ConfigurationError
from gatewise.estimators.language.base import Items, LanguageEstimator
from gatewise.estimators.language.generation import NextItemPredictor
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.parts import Part, saves

__all__ = ["NGramModel"]


# The longest n-gram that is looked at, and what is taken where a text is too short to try them.
MOST = {"character": 10, "byte": 10, "subword": 6, "word": 5}
ORDERS = {"character": 6, "byte": 6, "subword": 4, "word": 3}
HELD_OUT, FEWEST = 0.1, 1000


@dataclass(frozen=True)
class Counts:
    """The n-grams of one length.

    An n-gram is known by its key: the number of its first ``n − 1`` symbols among the grams of that length,
    times the symbols there are, plus its last symbol.

    Attributes
    ----------
    keys : int64 array, shape (grams,), sorted
    counts : int64 array, shape (grams,)
        How often each was seen; below the longest, after how many different symbols.
    discounts : float64 array, shape (4,)
        Taken from counts of 0, 1, 2 and more.
    totals, freed : float64 arrays, shape (contexts,)
        Of each context, the sum of its counts and of what was taken from them.
    """

    keys: Integers
    counts: Integers
    discounts: Floats
    totals: Floats
    freed: Floats

    @classmethod
    def of(cls, keys: Integers, counts: Integers, symbols: int, contexts: int) -> Counts:
        """Build the record, with the discounts that these counts call for."""
        discounts = _discounts(counts)
        owner = keys // symbols
        taken = discounts[np.minimum(counts, 3)]
        totals, freed = (
            np.bincount(owner, what, minlength=contexts).astype(np.float64) for what in (counts, taken)
        )
        return cls(keys, counts, discounts, totals, freed)

    def find(self, keys: Integers) -> Integers:
        """Return the number of each gram, −1 where it was never seen."""
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, places, -1)

    def interpolate(self, contexts: Integers, keys: Integers, lower: Floats) -> Floats:
        """Return the probability of grams given those of the grams that are one symbol shorter."""
        found = self.find(keys)
        counts = np.where(found >= 0, self.counts[found], 0)
        kept = counts - self.discounts[np.minimum(counts, 3)]
        # A context that was never followed by anything says nothing.
        totals = np.where(contexts >= 0, self.totals[contexts], 0.0)
        known = totals > 0
        totals = np.where(known, totals, 1.0)
        return np.where(known, (kept + self.freed[contexts] * lower) / totals, lower)


class Grams(Part):
    """``grams_`` and their number, ``order_``."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        saved.config["order"] = estimator.order_
        for length, counts in enumerate(estimator.grams_, 1):
            saved.arrays.update({f"{name}.{length}": array for name, array in vars(counts).items()})

    def restore(self, estimator: Any, saved: SavedState) -> None:
        estimator.order_ = saved.config["order"]
        names = Counts.__dataclass_fields__
        estimator.grams_ = [
            Counts(**{name: saved.arrays[f"{name}.{length}"] for name in names})
            for length in range(1, estimator.order_ + 1)
        ]


class NGramModel(LanguageEstimator):
    """Interpolated modified Kneser–Ney: each symbol from the ``order − 1`` before it.

    Equations, for a context ``c`` and ``c'``, the same without its first symbol::

        P(w | c) = (count(cw) − D(count(cw)) + (Σ_v D(count(cv))) P(w | c')) / Σ_v count(cv)

    ``count`` is how often, for the shorter contexts after how many different symbols; below the unigrams stands
    the uniform distribution over all symbols and the unknown one. ``D`` is 0 for a count of zero and estimated
    from the counts of counts for 1, 2 and more.

    Parameters
    ----------
    order : int, optional
        Symbols of the longest n-gram; by default what is best on the last tenth of the text, counted on the rest, of
        up to 10 characters or bytes, 6 sub-words, 5 words. More is no better by itself: of a text in which a symbol
        depends on the one before it alone, longer n-grams learn noise. A text of fewer than 1,000 symbols has 6, 4, 3.
    level : {"character", "byte", "subword", "word"}, default "character"
        As of :class:`~gatewise.LanguageModel`, with as many sub-words or words as are usual there.

    Attributes
    ----------
    vocabulary_ : Vocabulary or Subwords
    order_ : int
    grams_ : list of Counts
        By length, from 1.

    References
    ----------
    Chen & Goodman 1999, "An empirical study of smoothing techniques for language modeling".
    """

    parts = saves(Grams())

    def __init__(self, order: int | None = None, *, level: str = "character") -> None:
        self.order = order
        self.level = level

    def _fit(self, documents: list[Items]) -> None:
        if self.level == "frame":
            raise ConfigurationError(
                "n-grams count symbols, expected 'character', 'byte', 'subword' or 'word', got 'frame'",
                option="level",
            )
        if self.order is not None and (isinstance(self.order, bool) or self.order < 1):
            raise ConfigurationError(
                f"expected a whole number from 1 or None, got {self.order!r}", option="order"
            )
        size = self.vocabulary_.size
        order = self.order
        if order is None:
            enough = sum(map(len, documents)) >= FEWEST
            order = _best_order(documents, MOST[self.level], size) if enough else ORDERS[self.level]
        levels = _counted(documents, order, size)
        self.grams_ = [level.shorter for level in levels[:-1]] + [levels[-1].longest]
        self.order_ = len(self.grams_)

    def _nats(self, documents: list[Items]) -> float:
        *_, last = _probabilities(
            documents, [(counts, counts) for counts in self.grams_], self.vocabulary_.size
        )
        return float(-np.log(last).sum())

    def _predictor(self) -> NextItemPredictor:
        return _CountsPredictor(self.grams_, self.vocabulary_.size)

    def _card(self) -> list[str]:
        return [f"- Counts of n-grams of up to {self.order_} {self.level}s, interpolated Kneser–Ney."]


class _CountsPredictor(NextItemPredictor):
    """Counts of n-grams that are fed one symbol at a time."""

    kind = "symbols"

    def __init__(self, grams: list[Counts], size: int) -> None:
        self._grams = grams
        self._size = size
        self._begun = False
        self._numbers = [0]  # of the grams that end at the last symbol, by length

    def next(self, item: Any) -> Floats:
        # What stands before the beginning is part of no gram.
        numbers = [0]
        if self._begun:
            for number, counts in zip(self._numbers, self._grams, strict=False):
                key = np.array([number * self._size + int(item)])
                numbers.append(int(counts.find(key)[0]) if number >= 0 else -1)
        self._begun, self._numbers = True, numbers
        probability = np.full(self._size, 1 / self._size)
        symbols = np.arange(self._size)
        for number, counts in zip(numbers, self._grams, strict=False):
            if number < 0:
                break
            contexts = np.full(self._size, number)
            probability = counts.interpolate(contexts, number * self._size + symbols, probability)
        logits: Floats = np.log(probability)
        return logits


@dataclass(frozen=True)
class _Level:
    """Grams of one length: as the longest, with how often each was seen; as a shorter one, after how many symbols."""

    longest: Counts
    shorter: Counts


def _counted(documents: list[Items], order: int, size: int) -> list[_Level]:
    """Count the n-grams of all lengths up to ``order``, as far as there are any."""
    items, offset = _concatenated(documents)
    grams: list[tuple[Integers, Integers]] = []  # keys and counts by length
    after: list[Integers] = []  # how many different symbols each stood after, by length
    numbers = [np.zeros(len(items), np.int64)]  # of the gram that ends here, by length
    for length in range(1, order + 1):
        keys = _keys(numbers[-1], items, offset, length, size)
        there = np.flatnonzero(keys >= 0)
        unique, first, inverse, counts = np.unique(
            keys[there], return_index=True, return_inverse=True, return_counts=True
        )
        if not len(unique):
            break
        if grams:
            # The beginning is one of the symbols.
            shorter = numbers[-1]
            begins = np.unique(shorter[offset == length - 2])
            different = np.bincount(shorter[there[first]], minlength=len(grams[-1][0]))
            different[begins] += 1
            after.append(different)
        grams.append((unique, counts))
        number = np.full(len(items), -1, np.int64)
        number[there] = inverse
        numbers.append(number)
    # What is longest is followed by nothing longer.
    after.append(grams[-1][1])
    contexts = [1, *(len(keys) for keys, _ in grams)]
    return [
        _Level(*(Counts.of(keys, what, size, contexts[length]) for what in (counts, after[length])))
        for length, (keys, counts) in enumerate(grams)
    ]


def _best_order(documents: list[Items], most: int, size: int) -> int:
    """Return the order of the least nats on the last tenth of all symbols, counted on those before."""
    cut = int((1 - HELD_OUT) * sum(map(len, documents)))
    ends = np.cumsum([len(items) for items in documents])
    begins = np.concatenate([[0], ends[:-1]])
    places = [max(0, cut - int(begin)) for begin in begins]
    learned = [items[:place] for items, place in zip(documents, places, strict=True) if place]
    held_out = [items[place:] for items, place in zip(documents, places, strict=True) if place < len(items)]
    levels = [(level.longest, level.shorter) for level in _counted(learned, most, size)]
    nats = [-np.log(found).sum() for found in _probabilities(held_out, levels, size)]
    return int(np.argmin(nats)) + 1


def _probabilities(
    documents: list[Items], levels: list[tuple[Counts, Counts]], size: int
) -> Iterator[Floats]:
    """Yield the probability of each symbol by n-grams of length 1, 2 and so on.

    ``levels`` holds the counts of each length as the longest, and as a shorter one.
    """
    items, offset = _concatenated(documents)
    lower = np.full(len(items), 1 / size)
    numbers = np.zeros(len(items), np.int64)
    for length, (longest, shorter) in enumerate(levels, 1):
        contexts = _contexts(numbers, offset, length)
        keys = _keys(numbers, items, offset, length, size)
        found = longest.interpolate(contexts, keys, lower)
        yield found
        lower = found if shorter is longest else shorter.interpolate(contexts, keys, lower)
        numbers = np.where(keys >= 0, shorter.find(keys), -1)


def _concatenated(documents: list[Items]) -> tuple[Integers, Integers]:
    """Return all symbols in one array, and how many stand before each in its document."""
    return np.concatenate(documents), np.concatenate([np.arange(len(items)) for items in documents])


def _contexts(numbers: Integers, offset: Integers, length: int) -> Integers:
    """Return the number of the gram of ``length − 1`` symbols before each symbol, −1 where there is none."""
    if length == 1:
        return np.zeros(len(numbers), np.int64)
    before = np.concatenate([[-1], numbers[:-1]])
    return np.where(offset >= length - 1, before, -1)


def _keys(numbers: Integers, items: Integers, offset: Integers, length: int, size: int) -> Integers:
    """Return the key of the gram of ``length`` symbols that ends at each symbol, −1 where its context is unknown."""
    contexts = _contexts(numbers, offset, length)
    return np.where(contexts >= 0, contexts * size + items, -1)


def _discounts(counts: Integers) -> Floats:
    """Return Chen & Goodman's three discounts; where the counts are too few for them, those of a long text."""
    n1, n2, n3, n4 = np.bincount(np.minimum(counts, 5), minlength=6)[1:5].astype(float)
    if not (n1 and n2 and n3):
        return np.array([0.0, 0.5, 0.75, 0.9])
    y = n1 / (n1 + 2 * n2)
    wanted = [1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]
    return np.array([0.0, *np.clip(wanted, [0.05] * 3, [0.95, 1.9, 2.9])])
