"""Symbols of a text and their numbers, from the training text alone."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Integers, Values
from gatewise.errors import DataError

__all__ = ["OUTSIDE", "TEXT_LEVELS", "Alphabet", "Symbols", "Vocabulary"]

OUTSIDE = 0
CODE_POINTS = 0x110000
UNSEEN = 0.25  # occurrences that what was never seen is worth
# A word keeps the space before it, so that the pieces put together again are the text.
WORD = re.compile(r" ?\w+(?:['’]\w+)*| ?[^\w\s]|\s")


class Alphabet(ABC):
    """The items that a language model reads and predicts one after the other, as numbers.

    Attributes
    ----------
    unit : str
        The name of one item.
    size : int
        Outputs of a network.
    """

    kind: ClassVar[str]

    @property
    @abstractmethod
    def unit(self) -> str: ...

    @property
    @abstractmethod
    def size(self) -> int: ...

    @abstractmethod
    def encode(self, document: Any) -> NDArray[Any]:
        """Numbers of one document, items along the first axis."""

    @abstractmethod
    def decode(self, items: NDArray[Any]) -> Any:
        """The document that these numbers stand for."""

    @abstractmethod
    def prior(self, documents: Sequence[NDArray[Any]]) -> Values:
        """Logits that answer with the shares in these documents, shape (size,)."""

    def vary(self, items: NDArray[Any], random: np.random.Generator) -> NDArray[Any]:  # noqa: ARG002 - most do not
        """Return the items that training shows in place of these."""
        return items

    def spelling(self, items: NDArray[Any]) -> float:  # noqa: ARG002 - only the unknown has to be spelled
        """Nats to tell which ones the unknown items are."""
        return 0.0

    def unknown(self, items: NDArray[Any]) -> int:  # noqa: ARG002 - only symbols can be unknown
        """Return the number of unknown items."""
        return 0

    @abstractmethod
    def beginning(self) -> NDArray[Any]:
        """The one item that stands before every document, shape (1, …)."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Plain values, for saving."""


class Symbols(Alphabet):
    """Symbols of a text, one number each; ``OUTSIDE`` stands before every document."""

    kind: ClassVar[str] = "symbols"

    def prior(self, documents: Sequence[NDArray[Any]]) -> Values:
        counts = np.full(self.size, UNSEEN)
        for items in documents:
            counts += np.bincount(items, minlength=self.size)
        shares: Values = np.log(counts / counts.sum()).astype(np.float32)
        return shares

    def beginning(self) -> Integers:
        return np.array([OUTSIDE])


@dataclass(frozen=True)
class Level:
    """One way to cut a text.

    Attributes
    ----------
    split, join : callable
        From a text to symbols, and back.
    every : tuple of str
        All symbols, where they are known without a text.
    strangers : int
        Number of possible symbols; 1 where it is unknown.
    """

    split: Callable[[str], Iterable[str]]
    join: Callable[[Iterable[str]], str]
    every: tuple[str, ...] = ()
    strangers: int = 1


def _bytes_of(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _text_of(symbols: Iterable[str]) -> str:
    return "".join(symbols).encode("latin-1").decode("utf-8", "replace")


TEXT_LEVELS = {
    "character": Level(iter, "".join, strangers=CODE_POINTS),
    "byte": Level(_bytes_of, _text_of, every=tuple(map(chr, range(256)))),
    "word": Level(WORD.findall, "".join),
}


@dataclass(frozen=True)
class Vocabulary(Symbols):
    """Characters, bytes or words of a training text, numbered from 1, the most frequent first.

    Number 0 (``OUTSIDE``) is what is not in the vocabulary: in the input also what stands before the beginning.
    In training a symbol that was seen ``n`` times is shown as unknown with probability ``u / (u + n)``,
    ``u = 0.25``, so that the model learns where the unknown is to be expected, and how seldom. An unknown
    character is charged ``log(1,114,112 − known)`` nats on top, as any other code point is as likely: what a
    model gives to all characters adds up to one. Words have no end, so an unknown word counts as one symbol, as
    is customary; only models of one vocabulary can be compared. Bytes are never unknown.

    Attributes
    ----------
    level : {"character", "byte", "word"}
        A word is a run of letters and digits with the space before it; a punctuation mark and any other space
        is a symbol too, so that nothing is lost.
    symbols : tuple of str
        Bytes as the characters of these numbers.
    counts : tuple of int
        In the training text.
    """

    level: str
    symbols: tuple[str, ...]
    counts: tuple[int, ...] = field(repr=False)

    @classmethod
    def of(cls, texts: Sequence[str], level: str, *, most: int | None = None) -> Vocabulary:
        """From training texts; at most the ``most`` most frequent symbols.

        Raises
        ------
        DataError
            There are fewer than two different symbols.
        """
        kind = TEXT_LEVELS[level]
        counter: Counter[str] = Counter()
        for text in texts:
            counter.update(kind.split(text))
        if len(counter) < 2:
            found = f"only {next(iter(counter))!r}" if counter else "no text"
            raise DataError(f"X: expected a text of at least two different {level}s, got {found}")
        counter.update(dict.fromkeys(kind.every, 0))
        ranked = sorted(counter.items(), key=lambda one: (-one[1], one[0]))[:most]
        return cls(level, tuple(symbol for symbol, _ in ranked), tuple(count for _, count in ranked))

    def __len__(self) -> int:
        return len(self.symbols)

    @property
    def unit(self) -> str:
        return self.level

    @property
    def size(self) -> int:
        return 1 + len(self.symbols)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {symbol: number for number, symbol in enumerate(self.symbols, 1)}

    def encode(self, document: str) -> Integers:
        """Numbers of the symbols of a text; 0 for the unknown."""
        numbers = self._numbers
        return np.array(
            [numbers.get(symbol, OUTSIDE) for symbol in TEXT_LEVELS[self.level].split(document)], np.int64
        )

    def decode(self, items: Integers) -> str:
        """The text of these numbers, the unknown as U+FFFD; bytes that make no character become that too."""
        known = ("?" if self.level == "byte" else "\N{REPLACEMENT CHARACTER}", *self.symbols)
        return TEXT_LEVELS[self.level].join(known[item] for item in items)

    def vary(self, items: NDArray[Any], random: np.random.Generator) -> NDArray[Any]:
        """Items of which few, mostly the rare ones, are unknown."""
        if TEXT_LEVELS[self.level].every:
            return items
        shown = np.concatenate([[1.0], UNSEEN / (UNSEEN + np.array(self.counts))])
        return np.where(random.random(len(items)) < shown[items], OUTSIDE, items)

    def spelling(self, items: NDArray[Any]) -> float:
        strangers = TEXT_LEVELS[self.level].strangers - len(self.symbols)
        return self.unknown(items) * math.log(max(1, strangers))

    def unknown(self, items: NDArray[Any]) -> int:
        return int((items == OUTSIDE).sum())

    def to_json(self) -> dict[str, Any]:
        return {"level": self.level, "symbols": list(self.symbols), "counts": list(self.counts)}
