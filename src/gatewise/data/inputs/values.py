"""Sequences of numbers as a network reads them: with their differences, scaled, cut into patches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Values
from gatewise.data.axis import Axis
from gatewise.data.inputs.base import Inputs, InputShape
from gatewise.data.scaling import ColumnScaler

__all__ = ["ValueInputs"]


@dataclass(frozen=True)
class ValueInputs(Inputs):
    """Channels beside their differences, z-scored, ``patch`` steps in one.

    A long sequence is cut so that the cell makes at most about 64 steps: it is faster, and gradients reach its
    beginning. The differences, ``x_t − x_{t−patch}``, show change that a level hides.

    Attributes
    ----------
    patch : int
        Steps of the sequence per step of the cell.
    differences : bool
    scaler : ColumnScaler
        Over all steps of the training sequences, differences included.
    """

    kind: ClassVar[str] = "values"

    patch: int
    differences: bool
    scaler: ColumnScaler

    @classmethod
    def of(cls, sequences: list[Values], *, most_steps: int | None, differences: bool) -> Self:
        """Fit on training sequences; ``most_steps=None`` keeps every step its own."""
        longest = max(len(sequence) for sequence in sequences)
        patch = 1 if most_steps is None else -(-longest // most_steps)
        rows = np.concatenate(
            [_widened(sequence, patch) if differences else sequence for sequence in sequences]
        )
        return cls(patch, differences, ColumnScaler.of(rows))

    @property
    def shape(self) -> InputShape:
        return InputShape("dense", {"width": self.patch * len(self.scaler.mean)})

    def encode(self, sequence: Values) -> Values:
        """Shape (steps of the cell, width); the last patch is filled up with zeros, the training mean."""
        rows = self.scaler(_widened(sequence, self.patch) if self.differences else sequence)
        count = -(-len(rows) // self.patch)
        patches = np.zeros((count * self.patch, rows.shape[1]), np.float32)
        patches[: len(rows)] = rows
        return patches.reshape(count, -1)

    def shown(self, sequence: Values, steps: int) -> tuple[Axis, Values | list[str]]:
        return Axis.counted(steps, self.patch, len(sequence)), sequence

    def to_saved(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        config = {"patch": self.patch, "differences": self.differences}
        return config, {"mean": self.scaler.mean, "deviation": self.scaler.deviation}

    @classmethod
    def from_saved(cls, config: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Self:
        return cls(config["patch"], config["differences"], ColumnScaler(arrays["mean"], arrays["deviation"]))


def _widened(sequence: Values, lag: int) -> Values:
    """The channels beside ``x_t − x_{t−lag}``; the first step stands in for what came before it."""
    before = np.concatenate([np.repeat(sequence[:1], min(lag, len(sequence)), axis=0), sequence[:-lag]])
    return np.concatenate([sequence, sequence - before], axis=1)
