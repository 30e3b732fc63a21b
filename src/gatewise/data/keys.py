"""Frames of several keys, each sounding or not: polyphonic music, or any set of events per step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Values
from gatewise.data.vocabulary import Alphabet
from gatewise.errors import DataError

__all__ = ["Keys"]

UNSEEN = 0.5


@dataclass(frozen=True)
class Keys(Alphabet):
    """Frames of ``keys`` keys of 0 or 1; silence stands before the beginning."""

    kind: ClassVar[str] = "frames"

    keys: int

    @property
    def unit(self) -> str:
        return "frame"

    @property
    def size(self) -> int:
        return self.keys

    def encode(self, document: Any) -> Values:
        """Frames of shape (time, keys) as float32.

        Raises
        ------
        DataError
            Another shape, or something else than 0 and 1.
        """
        frames = np.asarray(document)
        if frames.dtype.kind not in "biuf" or frames.ndim != 2 or frames.shape[1] != self.size:
            raise DataError(
                f"expected an array of shape (time, {self.size}) of 0 and 1, got shape {frames.shape} "
                f"of {frames.dtype}"
            )
        wrong = np.argwhere((frames != 0) & (frames != 1))
        if len(wrong):
            step, key = wrong[0]
            raise DataError(f"step {step}, key {key}: expected 0 or 1, got {frames[step, key]}")
        return frames.astype(np.float32)

    def decode(self, items: NDArray[Any]) -> NDArray[np.uint8]:
        """Frames of shape (time, keys) as uint8."""
        return items.reshape(-1, self.size).astype(np.uint8)

    def prior(self, documents: Sequence[NDArray[Any]]) -> Values:
        total = sum(len(frames) for frames in documents) + 2 * UNSEEN
        share = (sum(frames.sum(0, dtype=np.float64) for frames in documents) + UNSEEN) / total
        logits: Values = np.log(share / (1 - share)).astype(np.float32)
        return logits

    def beginning(self) -> Values:
        return np.zeros((1, self.keys), np.float32)

    def to_json(self) -> dict[str, Any]:
        return {"keys": self.keys}
