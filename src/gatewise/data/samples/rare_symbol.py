"""A rare symbol written as a number: to be noticed among others, between which it lies as a number."""

from __future__ import annotations

import numpy as np

from gatewise.data.sequences import SequenceSet

__all__ = ["rare_symbol"]

SYMBOLS, RARE = 8, 3
FIRST = 50


def rare_symbol(length: int = 500, *, sequences: int = 1000, seed: int = 0) -> SequenceSet:
    """One channel of the symbols 0 to 7; whether a 3, which is never there otherwise, stands once in the first 50.

    Symbols are names: 3 is no amount between 2 and 4. Read as amounts, it hardly differs from what is around it.

    Parameters
    ----------
    length : int
    sequences : int
    seed : int
    """
    random = np.random.default_rng(seed)
    others = np.array([symbol for symbol in range(SYMBOLS) if symbol != RARE])
    drawn = random.choice(others, size=(sequences, length))
    there = np.arange(sequences) % 2 == 1
    drawn[there, random.integers(min(FIRST, length), size=sequences)[there]] = RARE
    return SequenceSet(
        task="classification",
        sequences=list(drawn.astype(np.float32)[:, :, None]),
        target=np.where(there, "rare", "none"),
        channels=("symbol",),
        source=f"made:rare-symbol-{length}",
    )
