"""Long sequences of numbers as a network reads them: patches beside what many small convolutions find in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Values
from gatewise.data.axis import Axis
from gatewise.data.features.rocket import MiniRocket
from gatewise.data.inputs.base import Inputs, InputShape
from gatewise.data.inputs.values import ValueInputs
from gatewise.data.scaling import ColumnScaler

__all__ = ["ConvolvedInputs"]

FEATURES, FEWEST = 504, 84
# Numbers that encoded training sequences may have.
MOST_VALUES = 1e8


@dataclass(frozen=True)
class ConvolvedInputs(Inputs):
    """Patches, and beside each the share of its steps at which MiniRocket's convolutions exceed their thresholds.

    A short shape stands anywhere in a patch, so that a cell that reads raw patches has to learn it at every place; a
    convolution finds it wherever it is. The convolutions are drawn and not learned: a few hundred noisy sequences are
    too few to learn them from.

    Attributes
    ----------
    values : ValueInputs
    rocket : MiniRocket
        Of 504 features, fewer where there are so many sequences that they would take more than 400 MB.
    scaler : ColumnScaler
        Of the features of all training patches.
    """

    kind: ClassVar[str] = "convolved"

    values: ValueInputs
    rocket: MiniRocket
    scaler: ColumnScaler

    @classmethod
    def of(cls, sequences: list[Values], values: ValueInputs) -> Self:
        """Fit on training sequences, and on how they are cut."""
        patches = sum(-(-len(sequence) // values.patch) for sequence in sequences)
        features = int(np.clip(MOST_VALUES / patches, FEWEST, FEATURES))
        rocket = MiniRocket.of(sequences, features)
        found = np.concatenate([rocket.in_patches(sequence, values.patch) for sequence in sequences])
        return cls(values, rocket, ColumnScaler.of(found))

    @property
    def patch(self) -> int:
        """Steps of the sequence per step of the cell."""
        return self.values.patch

    @property
    def shape(self) -> InputShape:
        return InputShape("dense", {"width": self.values.shape.sizes["width"] + len(self.scaler.mean)})

    def encode(self, sequence: Values) -> Values:
        """Shape (steps of the cell, width)."""
        found = self.scaler(self.rocket.in_patches(sequence, self.patch))
        return np.concatenate([self.values.encode(sequence), found], axis=1)

    def shown(self, sequence: Values, steps: int) -> tuple[Axis, Values | list[str]]:
        return self.values.shown(sequence, steps)

    def to_saved(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        config, arrays = self.values.to_saved()
        parts = {"rocket": self.rocket, "scaler": self.scaler}
        return config, arrays | {
            f"{part}.{name}": array for part, record in parts.items() for name, array in vars(record).items()
        }

    @classmethod
    def from_saved(cls, config: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Self:
        def part(prefix: str) -> dict[str, Any]:
            return {
                name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)
            }

        return cls(
            ValueInputs.from_saved(config, arrays),
            MiniRocket(**part("rocket.")),
            ColumnScaler(**part("scaler.")),
        )
