"""Delayed recall: remember one symbol through many distractors."""

from __future__ import annotations

import numpy as np

from gatewise.data.sequences import SequenceSet

__all__ = ["SYMBOLS", "recall"]

SYMBOLS = 8


def recall(delay: int, *, sequences: int = 2500, seed: int = 0) -> SequenceSet:
    """One of 8 symbols, ``delay`` distractors, a cue; the label is the symbol.

    Channels are one-hot: 8 for the symbol, 8 for distractors (so that they cannot be mistaken for it), one
    for the cue; each step has exactly one channel at 1. Without memory of the first step a guess is right
    1 time in 8.

    Parameters
    ----------
    delay : int
        Distractors between the symbol and the cue; a sequence has ``delay + 2`` steps.
    sequences : int, default 2500
        A fifth held out leaves 2,000 to train on and 500 to test on.
    seed : int, default 0

    References
    ----------
    Hochreiter & Schmidhuber (1997), "Long Short-Term Memory", section 5.2: noise between symbol and recall.
    """
    random = np.random.default_rng(seed)
    symbols = random.integers(SYMBOLS, size=sequences)
    distractors = random.integers(SYMBOLS, size=(sequences, delay))
    cue = np.full((sequences, 1), 2 * SYMBOLS)
    channel = np.concatenate([symbols[:, None], SYMBOLS + distractors, cue], axis=1)  # (sequences, time)
    steps = np.eye(2 * SYMBOLS + 1, dtype=np.float32)[channel]  # (sequences, time, channels)
    names = [f"{kind}{number}" for kind in ("symbol", "distractor") for number in range(SYMBOLS)]
    return SequenceSet(
        task="classification",
        sequences=list(steps),
        target=np.array(names[:SYMBOLS])[symbols],
        channels=(*names, "cue"),
        source=f"sample:recall-{delay}",
    )
