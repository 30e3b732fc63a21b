"""Texts of known laws."""

from __future__ import annotations

import numpy as np

from gatewise.data.corpus import Corpus

__all__ = ["chain", "far_text", "listed"]

LETTERS = "abcdefghijklmnopqrstuvwx"
PAIRS = 8
INSIDE = 7
WORDS, LETTERS_OF_WORD = 300, 6


def chain(seed: int, letters: int = len(LETTERS), characters: int = 40_000) -> Corpus:
    """A Markov chain: each letter depends on the one before it and on nothing else."""
    random = np.random.default_rng(seed)
    chances = random.dirichlet(np.full(letters, 0.4), size=letters).cumsum(axis=1)
    state, found = 0, []
    for draw in random.random(characters):
        state = min(int(np.searchsorted(chances[state], draw)), letters - 1)
        found.append(LETTERS[state])
    return Corpus("".join(found), source="a Markov chain")


def listed(seed: int, characters: int = 40_000) -> Corpus:
    """Three hundred words of six random letters, one after the other: a Markov chain of order five, by heart."""
    random = np.random.default_rng(seed)
    words = random.integers(len(LETTERS), size=(WORDS, LETTERS_OF_WORD))
    drawn = words[random.integers(WORDS, size=-(-characters // LETTERS_OF_WORD))]
    return Corpus("".join(LETTERS[letter] for letter in drawn.ravel())[:characters], source="a list of words")


def far_text(seed: int, characters: int = 40_000) -> Corpus:
    """A capital of eight, seven of two letters at random, then the same capital again, and so on.

    What comes back is known from eight characters before; counts know it by heart alone, nine in a row, of which there
    are a thousand.
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
