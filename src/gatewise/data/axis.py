"""The steps of a network's cell as its user knows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Axis"]


@dataclass(frozen=True)
class Axis:
    """The steps of a network's cell as its user knows them.

    Attributes
    ----------
    unit : str
        What one step is: "step", "word", "character", "frame", "row"; with ``size``, so many of them.
    size : int
        Of these units in one step of the cell.
    labels : tuple of str
        One per step: a time stamp, a symbol, a second, a number.
    seconds : float or None
        From one step to the next, where that is a fixed time.
    """

    unit: str
    size: int
    labels: tuple[str, ...]
    seconds: float | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @classmethod
    def counted(cls, steps: int, size: int, total: int, unit: str = "step") -> Axis:
        """Return an axis of numbers from 1, each step of the cell named by the last unit in it."""
        ends = np.minimum((1 + np.arange(steps)) * size, total)
        return cls(unit, size, tuple(map(str, ends.tolist())))
