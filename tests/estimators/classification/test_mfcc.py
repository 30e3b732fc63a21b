"""MFCC and a neighbour, MFCC and a linear model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sounds import record, tone

from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.classification.mfcc import SpokenLinear, SpokenNeighbour
from gatewise.estimators.classification.spoken import SpokenRocket, SpokenStatistics

KINDS = (SpokenLinear, SpokenNeighbour, SpokenRocket, SpokenStatistics)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A low and a high tone in turn, each of another length and loudness."""
    folder = tmp_path_factory.mktemp("tones")
    return [
        record(
            folder / f"{number}.wav",
            (1 + number % 3) / 3 * tone(300 + 1200 * (number % 2), 0.1 + 0.02 * number, seed=number),
        )
        for number in range(16)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_tones_are_told_apart(kind: type[Classifier], recordings: list[Path]) -> None:
    labels = ["low", "high"] * 8
    model = kind().fit(recordings[:10], labels[:10])
    assert model.predict(recordings[10:]).tolist() == labels[10:]
    probabilities = model.predict_proba(recordings[10:])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert (probabilities > 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_after_saving(kind: type[Classifier], recordings: list[Path]) -> None:
    model = kind().fit(recordings, ["low", "high"] * 8)
    again = kind._from_saved(model._to_saved())
    np.testing.assert_allclose(again.predict_proba(recordings), model.predict_proba(recordings))


def test_a_neighbour_is_trusted_as_often_as_it_was_right(recordings: list[Path]) -> None:
    model = SpokenNeighbour().fit(recordings, ["low", "high"] * 8)
    alone = cross_val_score(KNeighborsClassifier(1), model.training_, model.codes_, cv=LeaveOneOut())
    assert model.trust_ == (alone.sum() + 1) / 18
    at_random = SpokenNeighbour().fit(recordings, ["a", "a", "b", "b"] * 4)
    assert at_random.trust_ < 0.8


def test_spoken_digits_of_known_speakers(data_folder: Path) -> None:
    folder = data_folder / "fsdd" / "recordings"
    paths = [folder / f"{digit}_theo_{take}.wav" for take in range(16) for digit in range(10)]
    labels = np.arange(160) % 10
    for kind in KINDS:
        assert kind().fit(paths[40:], labels[40:]).score(paths[:40], labels[:40]) > 0.85
