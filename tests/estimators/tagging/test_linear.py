"""The baselines for labels at every step of numbers."""

from __future__ import annotations

import numpy as np
import pytest

import gatewise
from gatewise.errors import DataError
from gatewise.estimators.tagging.linear import LinearTagger, MajorityTagger


def problem(labels: int = 3):
    random = np.random.default_rng(0)
    X = [random.normal(size=(length, 2)).astype(np.float32) for length in (5, 9, 30, 40)]
    # The label of a step is told by the step before it.
    y = [[f"l{int(abs(v)) % labels}" for v in np.concatenate([x[:1, 0], x[:-1, 0]])] for x in X]
    return X, y


def test_majority():
    X, y = problem()
    model = MajorityTagger().fit(X, y)
    assert model.predict(X)[0] == ["l0"] * 5


@pytest.mark.parametrize("labels", [2, 3])
def test_linear_sees_the_steps_around(labels, tmp_path):
    X = [np.linspace(-3, 3, length, dtype=np.float32)[:, None] for length in (20, 33, 41)]
    y = [
        [("low", "high", "middle")[int(v > 1) + 2 * (labels == 3 and abs(v) < 1)] for v in x[:, 0]] for x in X
    ]
    model = LinearTagger().fit(X, y)
    assert model.score(X, y) > 0.9
    model.save(tmp_path / "model")
    assert gatewise.load(tmp_path / "model").predict(X) == model.predict(X)


def test_linear_reads_no_words():
    with pytest.raises(DataError) as error:
        LinearTagger().fit([["a", "b"], ["c"]], [["x", "y"], ["x"]])
    assert str(error.value).startswith("X: LinearTagger reads ")
