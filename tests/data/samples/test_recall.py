"""Delayed recall."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.data.samples.recall import SYMBOLS, recall


@pytest.mark.parametrize("delay", [0, 20, 100])
def test_the_label_is_the_first_symbol_and_nothing_else_tells_it(delay: int) -> None:
    data = recall(delay, sequences=400)
    steps = np.stack(data.sequences)
    assert steps.shape == (400, delay + 2, 2 * SYMBOLS + 1)
    assert (steps.sum(axis=2) == 1).all()
    channel = steps.argmax(axis=2)
    assert [f"symbol{symbol}" for symbol in channel[:, 0]] == data.target.tolist()
    assert ((channel[:, 1:-1] >= SYMBOLS) & (channel[:, 1:-1] < 2 * SYMBOLS)).all()
    assert (channel[:, -1] == 2 * SYMBOLS).all()
    assert [data.channels[number] for number in (0, 8, 16)] == ["symbol0", "distractor0", "cue"]


def test_symbols_are_balanced_and_apart_from_distractors() -> None:
    data = recall(20)
    channel = np.stack(data.sequences).argmax(axis=2)
    assert len(data) == 2500
    assert np.bincount(channel[:, 0]).min() > 250
    together = np.histogram2d(channel[:, 0], channel[:, 1], bins=SYMBOLS)[0] / 2500
    assert abs(together - 1 / SYMBOLS**2).max() < 0.02


def test_the_seed_decides() -> None:
    one, same, other = (np.stack(recall(20, sequences=8, seed=seed).sequences) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
