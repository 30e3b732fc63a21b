"""Small fitted models of every task, and a sequence of each, for the tests of the inspector."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from sounds import record, tone

import gatewise
from gatewise.inspection import Change, Clamp

FOLDER = TemporaryDirectory()  # of recordings, for as long as tests run
STEPS = gatewise.TrainingConfig(steps=5, batch_size=8)
ALL = ("RNN", "RNN-relu", "LSTM", "GRU", "GRU-after", "CIFG", "MGU")
THREE = ("RNN", "LSTM", "GRU")


@dataclass(frozen=True)
class Case:
    """Models of one task by their names, data, the sequence that is looked at, and inputs that can be changed."""

    models: dict[str, Any]
    data: Any
    sequence: int | str | None = None
    changes: tuple[Change, ...] = ()
    clamps: tuple[Clamp, ...] = ()


def _arrays(count: int, channels: int = 2) -> list[Any]:
    random = np.random.default_rng(0)
    return [random.normal(size=(14 + number % 9, channels)).astype(np.float32) for number in range(count)]


def _fitted(
    kind: Any,
    cells: tuple[str, ...],
    config: Any,
    *data: Any,
    fit: dict[str, Any] | None = None,
    **options: Any,
) -> dict[str, Any]:
    made = {}
    for cell in cells:
        model = kind(cell, random_state=0, config=config, **options)
        made[cell] = model.fit(*data, **fit or {})
    return made


def classification() -> Case:
    """Every cell, two layers, two directions, patches of two steps beside their differences."""
    X = _arrays(12)
    config = gatewise.ClassifierConfig(training=STEPS, num_layers=2, most_tokens=12, features="patches")
    models = _fitted(gatewise.SequenceClassifier, ALL, config, X, list("ab" * 6), hidden_size=5)
    return Case(
        models, X, 3, (Change(5, 2.5, 1),), (Clamp("h", 0.5, 4, unit=1, layer=2, direction="backward"),)
    )


def streamed() -> Case:
    """The last state alone, one direction."""
    X = _arrays(10, 1)
    config = gatewise.ClassifierConfig(training=STEPS, readout="last")
    models = _fitted(
        gatewise.SequenceClassifier, THREE, config, X, list("ab" * 5), hidden_size=5, bidirectional=False
    )
    return Case(models, X, 2, (Change(3, -1.5),))


def text() -> Case:
    """Words to a class."""
    X = [
        f"the {colour} house is {size}" for colour in ("red", "green") for size in ("small", "large", "old")
    ] * 4
    config = gatewise.ClassifierConfig(training=STEPS)
    models = _fitted(
        gatewise.SequenceClassifier, ("GRU", "MGU"), config, X, [x.split()[1] for x in X], hidden_size=6
    )
    return Case(models, X, 1, (Change(1, "green"),))


def recordings() -> Case:
    """Levels of recordings, which the page shows and does not change."""
    folder = Path(FOLDER.name)
    files = []
    for number in range(8):
        files.append(folder / f"{number}.wav")
        record(files[-1], tone((300, 1500)[number % 2], 0.2 + 0.02 * number, seed=number))
    config = gatewise.ClassifierConfig(training=STEPS)
    models = _fitted(
        gatewise.SequenceClassifier, ("LSTM", "GRU"), config, files, list("ab" * 4), hidden_size=5
    )
    return Case(models, files, 2)


def convolved() -> Case:
    """Patches beside convolutions, which the page does not compute."""
    X = _arrays(12)
    config = gatewise.ClassifierConfig(training=STEPS, most_tokens=8, features="convolution")
    models = _fitted(gatewise.SequenceClassifier, ("GRU", "CIFG"), config, X, list("ab" * 6), hidden_size=5)
    return Case(models, X, 3)


def regression() -> Case:
    """One value a sequence."""
    X = _arrays(20)
    config = gatewise.RegressorConfig(training=STEPS, members=2)
    models = _fitted(
        gatewise.SequenceRegressor, ("LSTM", "GRU"), config, X, [float(x.mean()) for x in X], hidden_size=5
    )
    return Case(models, X, 4, (Change(0, 1.0),))


def regression_several() -> Case:
    """Two values a sequence, in units of their own."""
    X = _arrays(20)
    config = gatewise.RegressorConfig(training=STEPS, members=2)
    values = np.array([[x.mean(), 50 + 10 * x.std()] for x in X])
    models = _fitted(gatewise.SequenceRegressor, ("LSTM", "GRU"), config, X, values, hidden_size=5)
    return Case(models, X, 4, (Change(0, 1.0),))


def regression_each() -> Case:
    """A value for each step."""
    X = _arrays(12)
    config = gatewise.RegressorConfig(training=STEPS, members=1)
    models = _fitted(gatewise.SequenceRegressor, THREE, config, X, [x[:, 0] * 3 for x in X], hidden_size=5)
    return Case(models, X, 2, (Change(6, 2.0, 1),))


def tagging() -> Case:
    """Labels in a chain."""
    X = [["fly", "from", a, "to", b] for a in ("Oslo", "Rome") for b in ("Bonn", "Kyiv")] * 5
    y = [["O", "O", "B-city", "O", "B-city"]] * 20
    models = _fitted(
        gatewise.SequenceTagger,
        ("RNN", "CIFG", "GRU"),
        gatewise.TaggerConfig(training=STEPS),
        X,
        y,
        hidden_size=6,
    )
    return Case(models, X, 2, (Change(2, "Kyiv"),), (Clamp("h", -0.5, 2, direction="backward"),))


def language() -> Case:
    """The next character."""
    text = "the cat sat on the mat. " * 30
    config = gatewise.LanguageModelConfig(training=STEPS, num_layers=1)
    models = _fitted(gatewise.LanguageModel, ("LSTM", "GRU-after", "GRU"), config, text, hidden_size=8)
    return Case(models, text[:40], None, (Change(7, "m"),))


def frames() -> Case:
    """The keys of the next frame."""
    roll = (np.random.default_rng(0).random((60, 5)) < 0.3).astype(np.uint8)
    config = gatewise.LanguageModelConfig(training=STEPS)
    models = _fitted(gatewise.LanguageModel, ("RNN", "GRU"), config, roll, hidden_size=5, level="frame")
    return Case(models, roll[:20], None, (Change(6, 1.0, 2),))


def _hourly(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(1)
    stamps = pd.date_range("2026-01-01", periods=rows, freq="h")
    values = 3 + np.sin(np.arange(rows) * 2 * np.pi / 24) + random.normal(0, 0.1, rows)
    return pd.DataFrame(
        {"ds": stamps, "y": values, "warm": random.normal(size=rows), "wind": random.normal(size=rows)}
    )


def forecast() -> Case:
    """A season of 24 hours, the logarithm of the target."""
    data = _hourly(300)[["ds", "y"]]
    config = gatewise.ForecasterConfig(training=STEPS, members=1, segment_length=6, transform="log")
    models = _fitted(gatewise.SequenceForecaster, THREE, config, data, horizon=6, hidden_size=5)
    return Case(models, data, None, (Change(40, 4.5), Change(47, 3.3)))


def forecast_columns() -> Case:
    """With columns of the past and ahead, of two layers."""
    data = _hourly(300)
    config = gatewise.ForecasterConfig(training=STEPS, members=1, segment_length=6, num_layers=2)
    columns = {"known": "warm", "past": "wind"}
    models = _fitted(
        gatewise.SequenceForecaster, ("GRU", "MGU"), config, data, fit=columns, horizon=6, hidden_size=5
    )
    return Case(models, data, None, (Change(12, 5.0),))


def young() -> Case:
    """A series that is younger than the window, whose first row stands in for what came before it."""
    long, short = _hourly(300)[["ds", "y"]], _hourly(40)[["ds", "y"]]
    config = gatewise.ForecasterConfig(training=STEPS, members=1, segment_length=6)
    models = _fitted(gatewise.SequenceForecaster, ("GRU",), config, long, horizon=6, hidden_size=5)
    return Case(models, short, None, (Change(3, 4.0), Change(30, 2.0)))


CASES = (
    classification, streamed, text, recordings, convolved, regression, regression_several,
    regression_each, tagging, language, frames, forecast, forecast_columns, young,
)  # fmt: skip


@cache
def case(name: str) -> Case:
    """Fit the models of a case, once."""
    return {make.__name__: make for make in CASES}[name]()
