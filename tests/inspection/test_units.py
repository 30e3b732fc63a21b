"""Units that mean something: found where they were put, and not found in noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hand_built import traced

import gatewise
from gatewise.data.samples.recall import recall
from gatewise.errors import ConfigurationError, DataError
from gatewise.inspection import units_of
from gatewise.nn import RNN


def copying(unit: int, size: int = 6) -> RNN:
    """One unit copies the first channel, the others see noise of the second."""
    torch.manual_seed(0)
    layer = RNN(2, size)
    with torch.no_grad():
        layer.weight_ih_l0[:, 0] = 0
        layer.weight_ih_l0[unit] = torch.tensor([1.0, 0.0])
        layer.weight_hh_l0[unit] = 0
        layer.bias_hh_l0[unit] = layer.bias_ih_l0[unit] = 0
        layer.weight_hh_l0[:, unit] = 0
    return layer


def test_the_unit_that_copies_a_channel_is_found_and_no_other() -> None:
    trace = traced(copying(4), torch.randn(300, 2))
    found = units_of([trace], "x0")
    assert found.unit[0] == 4
    assert found.effect[0] > 0.95
    assert found.p[0] <= 0.01
    assert (found.p[1:] > 0.05).all()


def test_chance_is_counted_for_all_units_together() -> None:
    false = 0
    for seed in range(40):
        torch.manual_seed(seed)
        trace = traced(RNN(2, 20), torch.randn(60, 2))
        event = np.random.default_rng(seed).random(60) < 0.3
        false += int(units_of([trace], [event], permutations=99).p.min() <= 0.05)
    # 2 are expected; more than 6 would come once in 200 times.
    assert false <= 6


def test_a_trained_recall_model_holds_the_symbol_in_units() -> None:
    data = recall(10, sequences=300, seed=0)
    config = gatewise.ClassifierConfig(readout="last", training=gatewise.TrainingConfig(steps=300))
    model = gatewise.SequenceClassifier(
        "GRU", hidden_size=16, bidirectional=False, random_state=0, config=config
    )
    model.fit(data)
    traces = model.trace(data.take(np.arange(200)))
    found = units_of(traces, "truth")
    assert found.effect[0] > 0.6
    assert found.p[0] <= 0.01
    shuffled = np.random.default_rng(0).permutation(data.target[:200])
    assert units_of(traces, shuffled).p.min() > 0.01


def language(text: str, steps: int = 5) -> Any:
    config = gatewise.LanguageModelConfig(training=gatewise.TrainingConfig(steps=steps))
    model = gatewise.LanguageModel("GRU", hidden_size=6, random_state=0, config=config).fit(text * 20)
    return model.trace(text)


def test_events_of_texts() -> None:
    text = 'a "b c" d (e f) g ' * 6
    traces = language(text)
    quotes, brackets = units_of(traces, "quotes"), units_of(traces, "brackets")
    assert (quotes.event, brackets.event) == ("quotes", "brackets")
    assert units_of(traces, lambda label: label.isalpha()).event == "the event"
    assert units_of(traces, "g", of="update").what == "update"


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("hour", "steps have no time stamps, so that there is no hour"),
        ("zebra", "'zebra' is no channel and no label of a step"),
        ([1, 2], "expected one for each of 1 sequences, got 2"),
        ([[1, 0]], "expected a value for each of"),
        (lambda _: 1, "the same everywhere"),
    ],
)
def test_events_that_do_not_fit_are_refused(event: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        units_of(language("abcd efgh" * 3), event)


def test_a_gate_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigurationError, match="expected one of state, h, update, reset, got 'forget'"):
        units_of(language("abcd efgh" * 3), "a", of="forget")


def test_hours_and_weekdays_come_from_stamps() -> None:
    import pandas as pd

    stamps = pd.date_range("2026-01-05", periods=24 * 30, freq="h")
    wave = np.sin(np.arange(len(stamps)) * 2 * np.pi / 24) + np.random.default_rng(0).normal(
        0, 0.1, len(stamps)
    )
    config = gatewise.ForecasterConfig(
        members=1, segment_length=1, context_length=96, training=gatewise.TrainingConfig(steps=10)
    )
    model = gatewise.SequenceForecaster("GRU", 6, hidden_size=6, random_state=0, config=config)
    traces = model.fit(pd.DataFrame({"ds": stamps, "y": wave})).trace()
    found = units_of(traces, "hour")
    assert found.effect[0] > 0.9
    assert found.p[0] <= 0.05
