"""The adding problem."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.data.samples.adding import CONSTANT_ERROR, adding


@pytest.mark.parametrize("length", [2, 3, 50])
def test_two_different_steps_are_marked_and_add_up(length: int) -> None:
    data = adding(length, sequences=200)
    sequences = np.stack(data.sequences)
    assert sequences.shape == (200, length, 2)
    assert set(np.unique(sequences[:, :, 1])) <= {0.0, 1.0}
    assert (sequences[:, :, 1].sum(1) == 2).all()
    np.testing.assert_allclose(sequences.prod(2).sum(1), data.target, atol=1e-6)
    assert (data.channels, data.source) == (("value", "mark"), f"sample:adding-{length}")


def test_marks_are_anywhere_and_a_constant_scores_a_sixth() -> None:
    data = adding(10, sequences=20_000)
    share = np.stack(data.sequences)[:, :, 1].mean(0)
    np.testing.assert_allclose(share, 0.2, atol=0.02)
    assert np.mean((np.asarray(data.target) - 1) ** 2) == pytest.approx(CONSTANT_ERROR, abs=0.005)


def test_the_seed_decides() -> None:
    first, again, other = (adding(5, sequences=4, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first.sequences, again.sequences)
    assert not np.array_equal(first.sequences, other.sequences)
