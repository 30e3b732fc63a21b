"""The interface of all kinds of input."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Values
from gatewise.data.axis import Axis, bridged
from gatewise.data.batch import SequenceBatch, collate

__all__ = ["InputShape", "Inputs"]

Encoded = NDArray[Any]


@dataclass(frozen=True)
class InputShape:
    """The sizes of its input that a network is built for.

    Attributes
    ----------
    kind : {"dense", "words"}
        Numbers to be read as they are, or numbers of words and characters to be embedded.
    sizes : dict of str to int
        ``{"width": …}``, or the sizes of the vocabularies.
    """

    kind: str
    sizes: dict[str, int]


class Inputs(ABC):
    """Turns sequences into batches; everything that is learned for it comes from training sequences.

    A sequence is encoded once, as an array of shape (steps, columns); batches are made of encoded sequences at
    every update.
    """

    kind: ClassVar[str]

    @property
    @abstractmethod
    def shape(self) -> InputShape:
        """The sizes that the network is built for."""

    @abstractmethod
    def encode(self, sequence: Any) -> Encoded:
        """One sequence as an array of shape (steps, columns)."""

    def collate(
        self,
        encoded: list[Encoded],
        target: NDArray[Any] | None = None,
        random: np.random.Generator | None = None,  # noqa: ARG002 - for those that vary what they show
    ) -> SequenceBatch:
        """A padded batch; with ``random``, as in training: what is shown may then vary from time to time."""
        return collate(encoded, target)

    def units(self, sequence: Any) -> int:
        """Return the number of units that a user sees in a sequence."""
        return len(sequence)

    def shown(self, sequence: Any, steps: int) -> tuple[Axis, Values | list[str]]:
        """Return the ``steps`` that a network makes over a sequence, and what its user sees in it."""
        return Axis.counted(steps, 1, len(sequence)), sequence

    def without(self, sequence: Any, first: int, last: int, channel: int | None) -> Encoded:
        """Encode what :meth:`shown` gave, as if its units ``first`` to ``last`` had not been observed."""
        return self.encode(bridged(np.asarray(sequence), first, last, channel))

    @abstractmethod
    def to_saved(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """JSON values and arrays to save."""

    @classmethod
    @abstractmethod
    def from_saved(cls, config: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Self:
        """Return the input that :meth:`to_saved` took apart."""
