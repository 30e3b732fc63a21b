"""The steps of a network's cell as its user knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Axis", "bridged"]


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


def bridged(values: NDArray[Any], first: int, last: int, channel: int | None) -> Any:
    """Return rows ``first`` to ``last`` on the straight line between their neighbours; level with one at an end."""
    columns = slice(None) if channel is None else slice(channel, channel + 1)
    changed = values.copy()
    before, after = values[max(first - 1, 0), columns], values[min(last, len(values) - 1), columns]
    if first == 0:
        before = after
    if last >= len(values):
        after = before
    share = (np.arange(first, last) - first + 1)[:, None] / (last - first + 1)
    changed[first:last, columns] = before + share * (after - before)
    return changed
