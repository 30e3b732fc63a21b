"""Written down, a language model gives the probabilities that it gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gatewise
from gatewise import LanguageModelConfig, TrainingConfig
from gatewise.errors import DataError
from gatewise.graphs.running import Runner

TEXT = "the cat sat on the mat. " * 20
CONFIG = LanguageModelConfig(training=TrainingConfig(steps=5), num_layers=2)


def expected(model: Any, document: Any) -> Any:
    """The probabilities before each item, and after the last: one item further than what is scored."""
    (shown,) = model.shown(document)
    return model.answers(model.networks_[0], shown.batch)[0]


def test_symbols_one_by_one_and_whole() -> None:
    model = gatewise.LanguageModel("LSTM", hidden_size=6, random_state=0, config=CONFIG).fit(TEXT)
    text = "the mat sat on"
    # What is said after an item is what stands before the next.
    after = expected(model, text)[1:]
    stream = model.open_stream()
    found = np.array([stream.step(symbol) for symbol in text])
    np.testing.assert_allclose(found[:-1], after, atol=1e-6)
    codes = model.vocabulary_.encode(text)[None]
    (whole,) = Runner(model.whole_graph())({"symbol": codes, "lengths": np.array([len(text)])}).values()
    np.testing.assert_allclose(whole[0], found, atol=1e-6)
    assert stream.names[1] == " "
    assert stream.backend.name == "kernels"


def test_frames() -> None:
    frames = (np.random.default_rng(0).random((40, 5)) < 0.4).astype(float)
    model = gatewise.LanguageModel("GRU", level="frame", hidden_size=6, random_state=0, config=CONFIG).fit(
        frames
    )
    stream = model.open_stream()
    found = np.array([stream.step(frame) for frame in frames])
    np.testing.assert_allclose(found[:-1], expected(model, frames)[1:], atol=1e-6)


@pytest.mark.parametrize(
    ("symbol", "message"),
    [("th", "expected one character, got 2 in 'th'"), (-1, "a number from 0 to"), (None, "got None")],
)
def test_what_is_no_symbol(symbol: Any, message: str) -> None:
    model = gatewise.LanguageModel("GRU", hidden_size=6, random_state=0, config=CONFIG).fit(TEXT)
    with pytest.raises(DataError, match=message):
        model.open_stream().step(symbol)
