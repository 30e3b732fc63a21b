"""Ridge regression on MiniRocket features and on statistics, as classifiers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax

from gatewise.estimators.classification.ridge import RidgeClassifier, RocketClassifier, StatisticsClassifier

KINDS = (RocketClassifier, StatisticsClassifier)
both = pytest.mark.parametrize("kind", KINDS)


def bursts(count: int, seed: int) -> tuple[list[np.ndarray], list[str]]:
    """A slow or a quick wave at a random place in noise, of random lengths."""
    random = np.random.default_rng(seed)
    sequences, labels = [], []
    for number in range(count):
        quick = number % 2
        values = random.normal(size=(int(random.integers(60, 120)), 1))
        place = int(random.integers(0, len(values) - 40))
        values[place : place + 40, 0] += 2 * np.sin(np.arange(40) * (1.3 if quick else 0.4))
        sequences.append(values)
        labels.append("quick" if quick else "slow")
    return sequences, labels


@both
def test_waves_anywhere_are_told_apart(kind: type[RidgeClassifier]) -> None:
    model = kind().fit(*bursts(60, 0))
    assert model.score(*bursts(60, 1)) >= 0.9


@both
def test_probabilities_are_neither_too_sure_nor_too_shy(kind: type[RidgeClassifier]) -> None:
    X, labels = bursts(60, 0)
    # A third of the labels is a coin's.
    random = np.random.default_rng(2)
    labels = [
        str(random.choice(["quick", "slow"])) if number % 3 == 0 else one for number, one in enumerate(labels)
    ]
    model = kind().fit(X, labels)
    test, actual = bursts(200, 3)
    actual = [
        str(random.choice(["quick", "slow"])) if number % 3 == 0 else one for number, one in enumerate(actual)
    ]
    answers = model.ridge_(model._columns(test))
    codes = (np.array(actual) == "slow").astype(int)

    def loss(sharpness: float) -> float:
        return float(-log_softmax(sharpness * answers, axis=1)[np.arange(200), codes].mean())

    assert model.evaluate(test, actual)["log loss"] == pytest.approx(loss(model.sharpness_), rel=1e-3)
    assert loss(model.sharpness_) < 1.05 * min(loss(sharpness) for sharpness in np.geomspace(0.05, 50, 40))


@both
def test_every_class_once(kind: type[RidgeClassifier]) -> None:
    X, _ = bursts(4, 0)
    model = kind().fit(X, [*"abcd"])
    assert model.predict(X).tolist() == [*"abcd"]
    assert np.isfinite(model.predict_proba(X)).all()
