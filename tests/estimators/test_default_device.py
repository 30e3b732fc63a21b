"""Estimators where torch makes tensors elsewhere by default."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import gatewise
from gatewise import (
    ClassifierConfig,
    ForecasterConfig,
    LanguageModelConfig,
    RegressorConfig,
    TaggerConfig,
    TrainingConfig,
)

RANDOM = np.random.default_rng(0)
SEQUENCES = [RANDOM.normal(size=(8 + number % 5, 2)).astype(np.float32) for number in range(24)]
LABELS = np.arange(24) % 2
TEXTS = ["the cat sat on the mat", "a dog ran in a park"] * 12
OPTIONS = {"hidden_size": 8, "random_state": 0}
SHORT = TrainingConfig(steps=3)
NUMBERS = RANDOM.normal(size=24)
WORDS = [text.split() for text in TEXTS]
TAGS = [["N" if len(word) > 2 else "O" for word in text] for text in WORDS]
CLASSES = {**OPTIONS, "config": ClassifierConfig(training=SHORT, members=1)}
AMOUNTS = {**OPTIONS, "config": RegressorConfig(training=SHORT, members=1)}
MARKS = {**OPTIONS, "config": TaggerConfig(training=SHORT, members=1)}
CASES = {
    "classifier": (lambda: gatewise.SequenceClassifier("GRU", **CLASSES), SEQUENCES, LABELS),
    "texts": (lambda: gatewise.SequenceClassifier("LSTM", **CLASSES), TEXTS, LABELS),
    "regressor": (lambda: gatewise.SequenceRegressor("LSTM", **AMOUNTS), SEQUENCES, NUMBERS),
    "tagger": (lambda: gatewise.SequenceTagger("GRU", **MARKS), WORDS, TAGS),
}


@pytest.mark.parametrize("case", CASES)
def test_the_same_model_and_answers(case: str, tmp_path: Path) -> None:
    make, X, y = CASES[case]
    expected = make().fit(X, y)
    with torch.device("meta"):
        model = make().fit(X, y)
        answers = model.predict(X)
        model.save(tmp_path / "model")
        again = gatewise.load(tmp_path / "model").predict(X)
    assert all(np.array_equal(one, other) for one, other in zip(answers, expected.predict(X), strict=True))
    assert all(np.array_equal(one, other) for one, other in zip(again, answers, strict=True))


def test_forecasts(tmp_path: Path) -> None:
    config = ForecasterConfig(training=SHORT, members=1)
    values = np.sin(np.arange(200) / 5) + RANDOM.normal(size=200) / 10
    series = pd.DataFrame({"ds": pd.date_range("2024-01-01", periods=200), "y": values})

    def made() -> gatewise.SequenceForecaster:
        return gatewise.SequenceForecaster("GRU", 6, config=config, **OPTIONS).fit(series)

    expected = made().predict()
    with torch.device("meta"):
        model = made()
        answers = model.predict()
        model.save(tmp_path / "model")
        again = gatewise.load(tmp_path / "model").predict(series)
    np.testing.assert_array_equal(
        np.asarray(answers)[:, -1].astype(float), np.asarray(expected)[:, -1].astype(float)
    )
    assert len(again) == len(answers)


def test_language_models() -> None:
    config = LanguageModelConfig(training=SHORT)
    texts = TEXTS * 4

    def made() -> gatewise.LanguageModel:
        return gatewise.LanguageModel("LSTM", config=config, **OPTIONS).fit(texts)

    expected = made()
    with torch.device("meta"):
        model = made()
        assert model.score(texts) == expected.score(texts)
        assert model.generate("the", 5, random_state=0) == expected.generate("the", 5, random_state=0)
