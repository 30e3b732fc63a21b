"""Sub-words of a training text: byte-level byte-pair encoding by the library ``tokenizers``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from gatewise.data.arrays import Integers
from gatewise.data.vocabulary import OUTSIDE, Symbols
from gatewise.errors import ConfigurationError, DataError, MissingDependencyError

__all__ = ["Subwords"]

BYTES = 256
LONGEST = 64  # bytes; a text without spaces would be one word, and take minutes to learn


@dataclass(frozen=True)
class Subwords(Symbols):
    """Sub-words, numbered from 1; number 0 (``OUTSIDE``) stands before the beginning and for no text.

    The 256 bytes are symbols, so nothing is ever unknown and every text comes back as it was. The most frequent
    pair of symbols within a word becomes a symbol of its own, until there are enough or no pair was seen twice.
    A word is a run of letters, digits or marks with the space before it, cut after 64 bytes.

    Attributes
    ----------
    tokenizer : str
        The library's own JSON; the same text gives the same.

    References
    ----------
    Sennrich, Haddow & Birch 2016, "Neural machine translation of rare words with subword units"; bytes as of
    Radford et al. 2019, "Language models are unsupervised multitask learners".
    """

    tokenizer: str = field(repr=False)

    @classmethod
    def of(cls, texts: Sequence[str], *, most: int | None = None) -> Subwords:
        """From training texts; at most ``most`` sub-words, by default ``√characters``, from 512 to 8,000."""
        if most is None:
            most = min(8000, max(512, math.isqrt(sum(map(len, texts)))))
        if most < BYTES:
            raise ConfigurationError(
                f"vocabulary_size: expected at least {BYTES} sub-words, one for each byte, got {most}"
            )
        for number, text in enumerate(texts):
            _check(text, f"X: document {number}: ")
        library = _library()
        bytewise = library.pre_tokenizers.ByteLevel(add_prefix_space=False)
        cut = library.pre_tokenizers.Split(library.Regex(f".{{1,{LONGEST}}}"), "isolated")
        tokenizer = library.Tokenizer(library.models.BPE())
        tokenizer.pre_tokenizer = library.pre_tokenizers.Sequence([bytewise, cut])
        tokenizer.decoder = library.decoders.ByteLevel()
        alphabet = sorted(bytewise.alphabet())
        trainer = library.trainers.BpeTrainer(
            vocab_size=most, min_frequency=2, initial_alphabet=alphabet, show_progress=False
        )
        tokenizer.train_from_iterator(texts, trainer)
        return cls(tokenizer.to_str())

    def __post_init__(self) -> None:
        self._read  # noqa: B018 - what is damaged shows here, not at the first text

    @cached_property
    def _read(self) -> Any:
        library = _library()
        try:
            return library.Tokenizer.from_str(self.tokenizer)
        except Exception as error:  # the library raises nothing more precise
            raise DataError(f"tokenizer: expected JSON of the library tokenizers ({error})") from None

    @property
    def unit(self) -> str:
        return "subword"

    @property
    def size(self) -> int:
        return 1 + int(self._read.get_vocab_size())

    def encode(self, document: str) -> Integers:
        """Numbers of the sub-words of a text; a lone surrogate, which has no bytes, is a ``DataError``."""
        _check(document)
        return np.array(self._read.encode_batch_fast([document])[0].ids, np.int64) + 1

    def decode(self, items: Integers) -> str:
        """The text of these numbers; bytes that make no character become U+FFFD."""
        return str(self._read.decode([int(item) - 1 for item in items if item != OUTSIDE]))

    def to_json(self) -> dict[str, Any]:
        return {"tokenizer": self.tokenizer}


def _check(text: str, place: str = "") -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(
            f"{place}character {error.start}: expected text that UTF-8 can hold, got {text[error.start]!r}; "
            'replace it, such as with text.encode("utf-8", "replace").decode()'
        ) from None


def _library() -> ModuleType:
    try:
        import tokenizers
    except ImportError:
        raise MissingDependencyError('sub-words need tokenizers: pip install "gatewise[text]"') from None
    module: ModuleType = tokenizers
    return module
