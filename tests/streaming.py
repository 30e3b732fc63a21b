"""Small fitted models of every kind that answers step by step, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
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
from gatewise.estimators.forecast.drift import DriftForecaster
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive
from gatewise.nn.cells.registry import CELLS

__all__ = ["STREAMING", "fitted"]

TRAINING = TrainingConfig(steps=3)
RANDOM = np.random.default_rng(0)
X = [RANDOM.normal(size=(length, 2)).astype(np.float32) + length % 2 for length in (9, 12, 17, 24, 31, 8)]
LABELS = ["even" if len(one) % 2 == 0 else "odd, or not" for one in X]
TEXTS = ["good film", "a bad one", "good good", "it is bad", "well done", "no, never again"]
HIDDEN = 7


def classifier(cell: str = "GRU", values: Any = X, labels: Any = LABELS, **options: Any) -> Any:
    fit = {name: options.pop(name) for name in ("categorical",) if name in options}
    config = ClassifierConfig(training=TRAINING, **options)
    model = gatewise.SequenceClassifier(
        cell, hidden_size=HIDDEN, bidirectional=False, random_state=0, config=config
    )
    return model.fit(values, labels, **fit)


def regressor(target: Callable[[Any], Any]) -> Any:
    config = RegressorConfig(training=TRAINING, members=2)
    model = gatewise.SequenceRegressor(
        "LSTM", hidden_size=HIDDEN, bidirectional=False, random_state=0, config=config
    )
    model.fit(X, [target(one) for one in X])
    model.trust_ = 0.7  # of few sequences nothing may be learned
    return model


def tagger(*tags: str) -> Any:
    config = TaggerConfig(training=TRAINING)
    model = gatewise.SequenceTagger(
        "GRU", hidden_size=HIDDEN, bidirectional=False, random_state=0, config=config
    )
    up, down = tags
    return model.fit(X, [[up if number > 0 else down for number in one[:, 0]] for one in X])


def language(documents: Any, level: str) -> Any:
    config = LanguageModelConfig(training=TRAINING, num_layers=2)
    model = gatewise.LanguageModel("LSTM", level=level, hidden_size=HIDDEN, random_state=0, config=config)
    return model.fit(documents)


def forecaster(
    cls: Any = gatewise.SequenceForecaster, *, gaps: bool = False, point: Any = "median", **columns: Any
) -> Any:
    first, sizes = (
        ((), {}) if cls is not gatewise.SequenceForecaster else (("LSTM",), {"hidden_size": HIDDEN})
    )
    config = ForecasterConfig(training=TRAINING, point=point)
    model = cls(*first, 4, levels=(95, 80), random_state=0, config=config, **sizes)
    tables = []
    for number in range(3):
        random, t = np.random.default_rng(number), np.arange(100)
        y = 10 + 3 * np.sin(t / 7 * 2 * np.pi) + 0.5 * random.normal(size=len(t))
        table = pd.DataFrame({"unique_id": f"s{number}", "ds": t, "y": y})
        table["a"], table["b"] = random.normal(size=(2, len(t)))
        table["kind"] = "x" if number % 2 else "y"
        tables.append(table.drop(index=[40, 41, 60]) if gaps else table)
    used = [name for names in columns.values() for name in names]
    impute = {"impute": "previous"} if gaps else {}
    return model.fit(pd.concat(tables)[["unique_id", "ds", "y", *used]], **columns, **impute)


CODED = [np.column_stack([one, RANDOM.integers(4, size=len(one))]) for one in X]
TEXT = 'the cat "sat", on the mät?\n' * 20
FRAMES = (RANDOM.random((40, 5)) < 0.4).astype(float)
STREAMING: dict[str, Callable[[], Any]] = {
    **{f"cell {cell}": partial(classifier, cell, num_layers=2) for cell in CELLS},
    "last": partial(classifier, readout="last", differences=False),
    "patches": partial(classifier, features="patches", most_tokens=7),
    "patches as they are": partial(classifier, features="patches", most_tokens=7, differences=False),
    "codes": partial(classifier, values=CODED, categorical=[2]),
    "words": partial(classifier, values=TEXTS, labels=[1, 0, 1, 0, 1, 0]),
    "far from zero": partial(regressor, lambda one: 1e6 + one.sum()),
    "each step": partial(regressor, lambda one: one.sum(axis=1).cumsum()),
    "tags": partial(tagger, "up", "down"),
    "chain of tags": partial(tagger, "B-up", "O"),
    "characters": partial(language, TEXT, "character"),
    "bytes": partial(language, TEXT, "byte"),
    "words of a text": partial(language, TEXT, "word"),
    "frames": partial(language, FRAMES, "frame"),
    "forecasts": forecaster,
    "forecasts with columns": partial(forecaster, past=["a"], known=["b"], static=["kind"], point="mean"),
    "forecasts with gaps": partial(forecaster, gaps=True),
    "naive": partial(forecaster, SeasonalNaive),
    "drift": partial(forecaster, DriftForecaster),
    "ridge": partial(forecaster, LinearForecaster, past=["a"], known=["b"], static=["kind"]),
}


@cache
def fitted(name: str) -> Any:
    """Return the model of a name, fitted once in a process."""
    return STREAMING[name]()
