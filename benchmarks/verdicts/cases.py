"""The table of data sets: what is compared on each, and what is known to be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import BaseModel

from benchmarks.verdicts import sequences, series, texts
from gatewise import (
    ClassifierConfig,
    ForecasterConfig,
    LanguageModelConfig,
    RegressorConfig,
    TaggerConfig,
    TrainingConfig,
)
from gatewise.data.samples.adding import adding
from gatewise.data.samples.recall import recall

__all__ = ["CASES", "CELLS", "Case"]

CELLS = ("RNN", "LSTM", "GRU")
# A state that is read at the end, as a stream would be: nothing but memory helps.
FORWARD = {"readout": "last", "bidirectional": False}


@dataclass(frozen=True)
class Case:
    """A data set with a known right answer.

    Attributes
    ----------
    name, law : str
    data : callable
        Makes the data; the same every time.
    right : tuple of str
        What may be recommended: known from the law, not from a measurement.
    estimator : BaseModel
        Small enough for a minute or two.
    options : mapping
        Further arguments of :func:`gatewise.compare`.
    hidden_size : int
    cells : tuple of str, or mapping of names to cells
    sizes : mapping of name to hidden size
        Of candidates that are not matched with the others.
    same : bool
        All cells are one and the same, so that no winner is right.
    enough : bool
        What is measured is enough to tell; else "undecided" is a right answer, too.
    """

    name: str
    law: str
    data: Callable[[], Any]
    right: tuple[str, ...]
    estimator: BaseModel
    options: Mapping[str, Any] = field(default_factory=dict)
    hidden_size: int = 16
    cells: tuple[str, ...] | Mapping[str, str] = CELLS
    sizes: Mapping[str, int] = field(default_factory=dict)
    same: bool = False
    enough: bool = True


def _steps(steps: int, batch_size: int = 32) -> TrainingConfig:
    return TrainingConfig(steps=steps, batch_size=batch_size)


def _forecaster(season: int, steps: int = 150) -> ForecasterConfig:
    return ForecasterConfig(members=1, season_length=season, training=_steps(steps, 64))


def _language(steps: int, embedding_size: int = 16) -> LanguageModelConfig:
    return LanguageModelConfig(
        window=40, dropout=0.0, embedding_size=embedding_size, training=_steps(steps, 16)
    )


CASES = (
    Case(
        "random-walk",
        "the last value says all of the next",
        partial(series.random_walk, 1),
        ("naive",),
        _forecaster(1),
        {"horizon": 6},
    ),
    Case(
        "sine-and-noise",
        "a wave under noise, which a linear map of the window averages away",
        partial(series.sine, 2),
        ("linear",),
        _forecaster(24),
        {"horizon": 12},
    ),
    Case(
        "ar-1",
        "a linear law of the last value",
        partial(series.persistent, 3),
        ("linear",),
        _forecaster(1),
        {"horizon": 4},
    ),
    Case(
        "memory-of-12",
        "a marked symbol, 12 steps before the end, which shapes around it show, too",
        partial(sequences.memory, 4),
        (*CELLS, "MiniRocket"),
        ClassifierConfig(training=_steps(400)),
        FORWARD,
    ),
    Case(
        "rare-early-symbol",
        "the symbol after a rare one, early in 24",
        partial(sequences.early, 5),
        CELLS,
        ClassifierConfig(training=_steps(700)),
        FORWARD,
    ),
    Case(
        "adding",
        "the sum of two marked numbers of 20",
        partial(adding, 20, sequences=1200, seed=6),
        CELLS,
        RegressorConfig(members=1, training=_steps(400)),
        FORWARD,
    ),
    Case(
        "recall",
        "the first of 22 symbols, in channels of its own: a linear map reads it off",
        partial(recall, 20, sequences=600, seed=7),
        ("linear",),
        ClassifierConfig(training=_steps(200)),
        FORWARD,
    ),
    Case(
        "leading-column",
        "a linear law of the last value and of a column known ahead",
        partial(series.leading, 8),
        ("linear",),
        _forecaster(1),
        {"horizon": 4, "known": "x"},
    ),
    Case(
        "a-cell-and-itself",
        "one GRU under two names, where no baseline does",
        partial(sequences.early, 9),
        ("GRU-a", "GRU-b"),
        ClassifierConfig(training=_steps(350)),
        FORWARD,
        cells={"GRU-a": "GRU", "GRU-b": "GRU"},
        same=True,
    ),
    Case(
        "half-the-units",
        "a GRU and one of half its units, on a chain of 24 letters: counts of pairs are the law",
        partial(texts.chain, 10),
        ("n-gram",),
        _language(250, 24),
        hidden_size=12,
        cells={"whole": "GRU", "half": "GRU"},
        sizes={"half": 6},
    ),
    Case(
        "white-noise",
        "nothing to be known: the median, or a linear map that is penalised down to it",
        partial(sequences.nothing, 11),
        ("median", "ridge", "statistics", "MiniRocket"),
        RegressorConfig(members=1, training=_steps(150)),
    ),
    Case(
        "seasonal-walk",
        "the last value of the same month says all: repeated, or in a linear map",
        partial(series.seasonal_walk, 12),
        ("naive", "linear"),
        _forecaster(12),
        {"horizon": 12},
    ),
    Case(
        "mackey-glass",
        "chaos without noise, a map that is not linear",
        partial(series.mackey_glass, 13),
        (*CELLS, "boosting"),
        _forecaster(1, 400),
        {"horizon": 6},
    ),
    Case(
        "brackets",
        "how many brackets are open, at every step",
        partial(sequences.brackets, 14),
        CELLS,
        TaggerConfig(training=_steps(300)),
        {"bidirectional": False},
    ),
    Case(
        "the-word-before",
        "a tag that the word before decides: the perceptron and the random field look at it",
        partial(sequences.previous, 15),
        ("perceptron", "CRF"),
        TaggerConfig(training=_steps(150)),
        {"bidirectional": False},
    ),
    Case(
        "a-list-of-words",
        "three hundred words of random letters: counts know them by heart",
        partial(texts.listed, 16),
        ("n-gram",),
        _language(150),
    ),
    Case(
        "far-text",
        "a letter that comes back after seven others",
        partial(texts.far_text, 17),
        CELLS,
        _language(400),
        hidden_size=24,
    ),
    Case(
        "order-of-events",
        "which of three events came second",
        partial(sequences.order, 18),
        CELLS,
        ClassifierConfig(training=_steps(400)),
        FORWARD,
    ),
    Case(
        "speakers",
        "waves with accents, new speakers: a linear map; twelve speakers are few to be sure of others",
        partial(sequences.speakers, 19),
        ("linear",),
        ClassifierConfig(training=_steps(150)),
        enough=False,
    ),
    Case(
        "many-short-series",
        "sixty series of one linear law",
        partial(series.many_short, 20),
        ("linear",),
        _forecaster(1),
        {"horizon": 4},
    ),
)
