"""Small fitted models for tests of the server, one of each kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import gatewise
from gatewise import (
    ClassifierConfig,
    ForecasterConfig,
    LanguageModelConfig,
    RegressorConfig,
    TaggerConfig,
    TrainingConfig,
)
from gatewise.graphs.build import Builder
from gatewise.graphs.graph import Field, Graph

__all__ = ["SEQUENCES", "TABLE", "classifier", "models", "running_sum"]

SHORT = TrainingConfig(steps=2)
SEQUENCES = [
    np.random.default_rng(k).normal(size=(9 + k % 3, 2)).astype(np.float32) + k % 2 for k in range(16)
]
SENTENCES = [
    (["fly", "to", "Rome"], ["O", "O", "B-city"]),
    (["a", "train"], ["O", "B-means"]),
] * 8
TABLE = pd.concat(
    pd.DataFrame(
        {"shop": name, "ds": pd.date_range("2024-01-01", periods=90), "y": np.sin(np.arange(90.0) / 3) + k}
    )
    for k, name in enumerate("ab")
)


def running_sum() -> Graph:
    """A model of steps that needs no training: the sum of what came, and how much that was."""
    builder = Builder("sum")
    x = builder.input("x", "float32", ("batch", 1))
    total = builder.state("total", np.zeros(1, np.float32))
    count = builder.state("count", np.zeros(1, np.int64))
    now = total + x
    builder.carry(total, now)
    builder.carry(count, count + np.ones(1, np.int64))
    builder.output(now, Field("sum", "float32", ("batch", 1)))
    return builder.graph()


def classifier(seed: int = 0) -> Any:
    """One that goes step by step."""
    config = ClassifierConfig(training=SHORT, members=1)
    found = gatewise.SequenceClassifier(
        "GRU", bidirectional=False, hidden_size=8, random_state=seed, config=config
    )
    return found.fit(SEQUENCES, ["ab"[k % 2] for k in range(16)])


def models() -> dict[str, Any]:
    """Return one model of each kind, by a name."""
    words, tags = (list(column) for column in zip(*SENTENCES, strict=True))
    options: dict[str, Any] = {"hidden_size": 4, "random_state": 0}
    return {
        "waves": classifier(),
        "value": gatewise.SequenceRegressor(
            "LSTM", config=RegressorConfig(training=SHORT, members=1), **options
        ).fit(SEQUENCES, [float(one.mean()) for one in SEQUENCES]),
        "tags": gatewise.SequenceTagger(
            "GRU", bidirectional=False, config=TaggerConfig(training=SHORT), **options
        ).fit(words, tags),
        "texts": gatewise.SequenceClassifier(
            "GRU", config=ClassifierConfig(training=SHORT, members=1), **options
        ).fit(["good thing", "bad thing"] * 8, ["up", "down"] * 8),
        "story": gatewise.LanguageModel("GRU", config=LanguageModelConfig(training=SHORT), **options).fit(
            "the cat sat on the mat. " * 40
        ),
        "shops": gatewise.SequenceForecaster(
            "GRU", 3, config=ForecasterConfig(training=SHORT, members=1, season_length=1), **options
        ).fit(TABLE, id="shop"),
    }
