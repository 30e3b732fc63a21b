"""Channels whose whole numbers are names of things, not amounts: found, and made into a channel for each name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from gatewise.data.arrays import Values

__all__ = ["Codes", "channels_of_codes"]

# Two values are one channel of 0 and 1 already; of more than these hardly any is met often enough to be learned.
FEWEST, MOST = 3, 32


@dataclass(frozen=True)
class Codes:
    """What takes the place of channels of codes: for each code a channel that is 1 where it stands, else 0.

    A code that training sequences did not have is 0 in all of them.

    Attributes
    ----------
    values : dict of int to tuple of float
        By the number of the channel, its codes in order.
    """

    values: dict[int, tuple[float, ...]]

    @classmethod
    def of(cls, sequences: Sequence[Values], channels: Sequence[int]) -> Self:
        """The codes in some channels of training sequences."""
        found = {
            channel: np.unique(np.concatenate([np.unique(one[:, channel]) for one in sequences]))
            for channel in channels
        }
        return cls({channel: tuple(map(float, codes)) for channel, codes in found.items()})

    def expanded(self, sequence: Values) -> Values:
        """Return a sequence with its other channels, then those of codes, shape (time, channels)."""
        others = [number for number in range(sequence.shape[1]) if number not in self.values]
        parts = [sequence[:, others]]
        parts += [
            (sequence[:, channel, None] == np.array(codes, np.float32)).astype(np.float32)
            for channel, codes in self.values.items()
        ]
        return np.concatenate(parts, axis=1)

    def named(self, channels: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the channels of :meth:`expanded`, from those of the sequence: ``state=3``."""
        others = [name for number, name in enumerate(channels) if number not in self.values]
        coded = [f"{channels[channel]}={code:g}" for channel, codes in self.values.items() for code in codes]
        return (*others, *coded)

    def to_json(self) -> list[Any]:
        """Return plain values, for saving."""
        return [[channel, list(codes)] for channel, codes in self.values.items()]

    @classmethod
    def from_json(cls, saved: list[Any]) -> Self:
        """Return the codes that :meth:`to_json` took apart."""
        return cls({int(channel): tuple(codes) for channel, codes in saved})


def channels_of_codes(sequences: Sequence[Values]) -> list[int]:
    """Return the channels that may hold codes: a few whole numbers, 3 to 32 of them, over and over.

    What changes in small steps alone is counted or measured: of codes most changes lead further than to the next one.
    """
    return [channel for channel in range(sequences[0].shape[1]) if _are_codes(sequences, channel)]


def _are_codes(sequences: Sequence[Values], channel: int) -> bool:
    found: set[float] = set()
    near = far = 0
    for one in sequences:
        column = one[:, channel]
        if not (column == np.round(column)).all():
            return False
        found |= set(np.unique(column).tolist())
        if len(found) > MOST:
            return False
        changes = np.abs(np.diff(column))
        near += int((changes == 1).sum())
        far += int((changes > 1).sum())
    return len(found) >= FEWEST and far > near
