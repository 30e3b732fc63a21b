"""Texts of known laws."""

from __future__ import annotations

import numpy as np

from gatewise.data.corpus import Corpus

__all__ = ["far_text", "near_text"]

LETTERS = "abcdefghijklmnopqrstuvwx"
PAIRS = 8
INSIDE = 7


def near_text(seed: int, letters: int, characters: int = 40_000) -> Corpus:
    """A Markov chain: each letter depends on the one before it and on nothing else."""
    random = np.random.default_rng(seed)
    chances = random.dirichlet(np.full(letters, 0.4), size=letters).cumsum(axis=1)
    state, found = 0, []
    for draw in random.random(characters):
        state = min(int(np.searchsorted(chances[state], draw)), letters - 1)
        found.append(LETTERS[state])
    return Corpus("".join(found), source="a Markov chain")


def far_text(seed: int, characters: int = 40_000) -> Corpus:
    """A capital of eight, seven of two letters at random, then the same capital again, and so on.

    What comes back is known from eight characters before; counts of six in a row cannot know it.
    """
    random = np.random.default_rng(seed)
    pieces = -(-characters // (INSIDE + 2))
    capitals = random.integers(PAIRS, size=pieces)
    inside = random.integers(2, size=(pieces, INSIDE))
    words = (
        f"{chr(65 + capital)}{''.join('xy'[bit] for bit in bits)}{chr(65 + capital)}"
        for capital, bits in zip(capitals, inside, strict=True)
    )
    return Corpus("".join(words)[:characters], source="capitals that come back")
