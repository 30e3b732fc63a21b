"""Text as a network reads it: numbers of words, of their beginnings and ends, and of their characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray

from gatewise.data.arrays import Integers, Values
from gatewise.data.axis import Axis
from gatewise.data.batch import SequenceBatch
from gatewise.data.inputs.base import Inputs, InputShape
from gatewise.data.tokens import tokenise

__all__ = ["FEATURES", "PADDING", "UNKNOWN", "WordInputs", "words_of"]

Text = str | list[str]

PADDING, UNKNOWN = 0, 1
# Characters of a word that are read: its first and its last ones.
FIRST, LAST = 14, 10
# A rarer word is more often hidden in training: with probability RARE / (RARE + count).
RARE = 0.25
MOST_CACHED = 100_000


def _word(token: str) -> str:
    """Lower case, all digits alike."""
    return re.sub(r"\d", "0", token.lower())


def _shape(token: str) -> str:
    """Capitals, small letters, digits and the rest, repetitions left out: ``"McDonald-12"`` is ``"XxXx-0"``."""
    classes = (
        "X" if c.isupper() else "0" if c.isdigit() else "x" if c.isalpha() else c
        for c in token[: FIRST + LAST]
    )
    return re.sub(r"(.)\1+", r"\1", "".join(classes))


FEATURES: dict[str, Callable[[str], str]] = {
    "words": _word,
    "prefixes": lambda token: _word(token)[:3],
    "pairs": lambda token: _word(token)[-2:],
    "suffixes": lambda token: _word(token)[-3:],
    "shapes": _shape,
}


@dataclass(frozen=True)
class WordInputs(Inputs):
    """Every word as a row of numbers, in vocabularies of the training texts.

    Columns: the word in lower case with all digits alike, its first three, last two and last three characters,
    its shape, then the word's characters as they are, filled up with ``PADDING`` to the longest word of a
    batch. What training has not seen is ``UNKNOWN``; such a word is known by its affixes and characters, and so
    that the network learns to, training hides words now and then, rare ones more often.

    An empty text is read as one word without characters. A text longer than ``longest`` words is read as its
    first and last half of so many (Sun et al. 2019): a line of a megabyte costs no more than that.

    Attributes
    ----------
    vocabularies : dict of str to list of str
        By feature; the number of an entry is its place, counted from 2.
    characters : list of str
    counts : int64 array, shape (words,)
        Occurrences of each word in training texts.
    longest : int
        Words of a text that are read.
    """

    kind: ClassVar[str] = "text"

    vocabularies: dict[str, list[str]]
    characters: list[str]
    counts: Integers
    longest: int = 512

    @classmethod
    def of(cls, texts: Iterable[Text], *, longest: int = 512) -> Self:
        """Vocabularies of training texts."""
        tokens = Counter(token for text in texts for token in words_of(text))
        counted: dict[str, Counter[str]] = {name: Counter() for name in FEATURES}
        for token, count in tokens.items():
            for name, feature in FEATURES.items():
                counted[name][feature(token)] += count
        # By frequency, then by name: the order of the texts does not matter.
        vocabularies = {
            name: [entry for entry, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))]
            for name, found in counted.items()
        }
        counts = np.array([counted["words"][word] for word in vocabularies["words"]], np.int64)
        characters = sorted({character for token in tokens for character in token})
        return cls(vocabularies, characters, counts, longest)

    @property
    def shape(self) -> InputShape:
        sizes = {name: len(entries) + 2 for name, entries in self.vocabularies.items()}
        return InputShape("words", {**sizes, "characters": len(self.characters) + 2})

    def encode(self, sequence: Text) -> Integers:
        """Shape (words, 5 + characters of the longest word)."""
        return _padded([self._row(token) for token in self._read(sequence)])

    def units(self, sequence: Text) -> int:
        return len(words_of(sequence))

    def shown(self, sequence: Text, steps: int) -> tuple[Axis, Values | list[str]]:
        tokens = self._read(sequence)
        return Axis("word", 1, tuple(tokens[:steps])), tokens

    def without(self, sequence: Any, first: int, last: int, channel: int | None) -> Integers:  # noqa: ARG002 - one
        return self.encode([*sequence[:first], *[""] * (last - first), *sequence[last:]])

    def _read(self, sequence: Text) -> list[str]:
        """Return the words of a text that are read."""
        tokens = words_of(sequence)
        if len(tokens) > self.longest:
            half = self.longest // 2
            tokens = [*tokens[: self.longest - half], *tokens[len(tokens) - half :]]
        return tokens

    @cached_property
    def _numbers(self) -> dict[str, dict[str, int]]:
        return {name: _numbers(entries) for name, entries in self.vocabularies.items()}

    @cached_property
    def _letters(self) -> dict[str, int]:
        return _numbers(self.characters)

    @cached_property
    def _rows(self) -> dict[str, Integers]:
        return {}

    def _row(self, token: str) -> Integers:
        row = self._rows.get(token)
        if row is None:
            cut = token if len(token) <= FIRST + LAST else token[:FIRST] + token[-LAST:]
            features = [self._numbers[name].get(of(token), UNKNOWN) for name, of in FEATURES.items()]
            row = np.array([*features, *(self._letters.get(c, UNKNOWN) for c in cut)], np.int64)
            if len(self._rows) == MOST_CACHED:
                self._rows.clear()
            self._rows[token] = row
        return row

    def collate(
        self,
        encoded: list[Integers],
        target: NDArray[Any] | None = None,
        random: np.random.Generator | None = None,
    ) -> SequenceBatch:
        """A batch of shape (texts, words, columns); with ``random``, words are hidden."""
        lengths = np.array([len(rows) for rows in encoded], np.int64)
        width = max(rows.shape[1] for rows in encoded)
        values = np.full((len(encoded), int(lengths.max()), width), PADDING, np.int64)
        for row, codes in enumerate(encoded):
            values[row, : len(codes), : codes.shape[1]] = codes
        if random is not None:
            hidden = np.concatenate([[0.0, 0.0], RARE / (RARE + self.counts)])
            words = values[:, :, 0]
            words[random.random(words.shape) < hidden[words]] = UNKNOWN
        return SequenceBatch(
            torch.from_numpy(values),
            torch.from_numpy(lengths),
            None if target is None else torch.from_numpy(np.ascontiguousarray(target)),
        )

    def to_saved(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        config = {
            "vocabularies": self.vocabularies,
            "characters": self.characters,
            "longest": self.longest,
        }
        return config, {"counts": self.counts}

    @classmethod
    def from_saved(cls, config: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Self:
        return cls(config["vocabularies"], config["characters"], arrays["counts"], config["longest"])


def words_of(text: Text) -> list[str]:
    """The words of a raw text, or the words given; an empty one has one empty word."""
    return (tokenise(text) if isinstance(text, str) else text) or [""]


def _numbers(entries: list[str]) -> dict[str, int]:
    return {entry: number for number, entry in enumerate(entries, UNKNOWN + 1)}


def _padded(rows: list[Integers]) -> Integers:
    codes = np.full((len(rows), max(len(FEATURES) + 1, *map(len, rows))), PADDING, np.int64)
    for number, row in enumerate(rows):
        codes[number, : len(row)] = row
    return codes
