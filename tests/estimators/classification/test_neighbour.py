"""The nearest sequence by dynamic time warping."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.estimators.classification.neighbour import STEPS, WarpingNeighbour


def bumps(count: int, longest: int, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """One bump or two, anywhere within a fifth of the length, in two channels of unlike size."""
    random = np.random.default_rng(seed)
    X, y = [], np.arange(count) % 2
    for label in y:
        length = int(random.integers(longest // 2, longest))
        steps = np.linspace(0, 1, length) + random.uniform(-0.03, 0.03)
        centres = (0.3, 0.7) if label else (0.5,)
        wave = sum(np.exp(-(((steps - centre) / 0.08) ** 2)) for centre in centres)
        X.append(np.stack([1e3 * wave, random.normal(scale=0.01, size=length)], 1))
    return X, y


@pytest.mark.parametrize("longest", [40, 3 * STEPS])
def test_warped_shapes_are_told_apart(longest: int) -> None:
    model = WarpingNeighbour().fit(*bumps(16, longest, 0))
    assert model.lengths_.max() <= STEPS
    assert model.score(*bumps(16, longest, 1)) == 1


def test_the_distance_is_that_of_the_definition() -> None:
    model = WarpingNeighbour().fit(*bumps(6, 30, 0))
    one, other = (model._shortened(sequence) for sequence in bumps(2, 30, 2)[0])
    model.training_, model.lengths_ = other, np.array([len(other)])
    best = np.full((len(one) + 1, len(other) + 1), np.inf)
    best[0, 0] = 0
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            cost = np.square(one[i - 1] - other[j - 1]).sum()
            best[i, j] = cost + min(best[i - 1, j], best[i, j - 1], best[i - 1, j - 1])
    # A window only takes ways out, so that a distance is that without one, or more.
    assert model._distances([one])[0, 0] >= np.sqrt(best[-1, -1]) - 1e-9
    assert model._distances([other])[0, 0] == 0


def test_no_more_sequences_are_kept_than_are_affordable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatewise.estimators.classification.neighbour.MOST", 8)
    model = WarpingNeighbour().fit(*bumps(20, 30, 0))
    assert (len(model.lengths_), len(model.codes_)) == (8, 8)
