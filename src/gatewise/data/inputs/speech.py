"""Recordings as a network reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray

from gatewise.data.arrays import Values
from gatewise.data.audio.recording import Recording
from gatewise.data.audio.speech_features import SpeechFeatures
from gatewise.data.axis import Axis
from gatewise.data.batch import SequenceBatch
from gatewise.data.inputs.base import Inputs, InputShape

__all__ = ["SpeechInputs"]


@dataclass(frozen=True)
class SpeechInputs(Inputs):
    """Log-mel levels, varied in training and normalised for each recording; nothing but the rate is learned.

    Attributes
    ----------
    features : SpeechFeatures
    """

    kind: ClassVar[str] = "audio"

    features: SpeechFeatures

    @classmethod
    def of(cls, recordings: list[Recording]) -> Self:
        """For recordings such as these training ones."""
        return cls(SpeechFeatures.of(recordings))

    @property
    def shape(self) -> InputShape:
        return InputShape("dense", {"width": self.features.width})

    def encode(self, sequence: Recording) -> Values:
        """Levels in decibels, shape (frames, bands)."""
        return self.features.encode(sequence)

    def collate(
        self,
        encoded: list[NDArray[Any]],
        target: NDArray[Any] | None = None,
        random: np.random.Generator | None = None,
    ) -> SequenceBatch:
        values, lengths = self.features.batch(encoded, random)
        return SequenceBatch(
            torch.from_numpy(values),
            torch.from_numpy(lengths),
            None if target is None else torch.from_numpy(np.ascontiguousarray(target)),
        )

    def units(self, sequence: Recording) -> int:  # noqa: ARG002 - all frames are read
        return 0

    def shown(self, sequence: Recording, steps: int) -> tuple[Axis, Values | list[str]]:
        levels, step = self.encode(sequence), self.features.patch * self.features.log_mel.hop_ms / 1000
        labels = tuple(f"{step * (number + 1):.2f} s" for number in range(steps))
        return Axis("frame", self.features.patch, labels, step), levels

    def without(self, sequence: Any, first: int, last: int, channel: int | None) -> Values:  # noqa: ARG002 - all bands
        levels = np.array(sequence)
        levels[first:last] = levels.min()
        return levels

    def to_saved(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        return {"features": self.features.to_json()}, {}

    @classmethod
    def from_saved(cls, config: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Self:  # noqa: ARG003
        return cls(SpeechFeatures.from_json(config["features"]))
