"""What would have been: gates and units that are held, inputs that are changed, and what cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from inspected import case

import gatewise
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.classification.ridge import RocketClassifier
from gatewise.inspection import Change, Clamp, what_if
from gatewise.nn import Cell

EVERY = ("RNN", "RNN-relu", "LSTM", "GRU", "GRU-after", "CIFG", "MGU")


def alike(one: Any, other: Any) -> None:
    for a, b in zip(one.layers, other.layers, strict=True):
        for name in (*a.states, *a.gates):
            values = (a.states | a.gates)[name]
            np.testing.assert_allclose(values, (b.states | b.gates)[name], atol=2e-6)
    np.testing.assert_allclose(one.answer.values, other.answer.values, atol=2e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["classification", "tagging", "language", "frames", "forecast_columns", "regression"]
)
def test_without_changes_it_is_what_was(name: str) -> None:
    given = case(name)
    for model in given.models.values():
        place = 0 if given.sequence is None else int(given.sequence) - 1
        alike(what_if(model, given.data, sequence=given.sequence), model.trace(given.data)[place])


@pytest.mark.slow
@pytest.mark.parametrize("cell", EVERY[2:])
def test_a_gate_that_is_held_is_held_to_the_bit(cell: str) -> None:
    given = case("classification")
    model = given.models[cell]
    for gate in model.networks_[0].cell.gates:
        for value in (0, 1):
            trace = what_if(
                model, given.data, Clamp(gate, value, since=3), Clamp(gate, value, 3, direction="backward")
            )
            forward, backward = trace.layers[:2]
            assert (forward.gates[gate][3:] == value).all()
            assert not (forward.gates[gate][:3] == value).any()
            assert (backward.gates[gate][:4] == value).all()
            assert not (backward.gates[gate][4:] == value).any()


@pytest.mark.slow
def test_an_update_gate_of_one_stops_the_state_and_of_one_unit_that_unit() -> None:
    given = case("streamed")
    gru, lstm = given.models["GRU"], given.models["LSTM"]
    states = what_if(gru, given.data, Clamp("update", 1, since=4)).layers[0].states["h"]
    assert (states[4:] == states[3]).all()
    only = what_if(gru, given.data, Clamp("update", 1, since=4, unit=2)).layers[0].states["h"]
    assert (only[4:, 2] == only[3, 2]).all()
    assert (np.abs(np.diff(only[4:, [0, 1, 3, 4]], axis=0)) > 0).all()
    cells = what_if(lstm, given.data, Clamp("forget", 1, 4), Clamp("input", 0, 4)).layers[0].states["c"]
    assert (cells[4:] == cells[3]).all()


@pytest.mark.slow
def test_a_reset_gate_of_zero_hides_the_past_from_the_candidate_to_the_bit() -> None:
    given = case("streamed")
    gru = given.models["GRU"]
    held = (Clamp("reset", 0), Clamp("update", 0))
    there = what_if(gru, given.data, *held).layers[0].states["h"]
    other = what_if(gru, given.data, *held, Change(0, 50.0)).layers[0].states["h"]
    assert not (there[0] == other[0]).any()
    np.testing.assert_array_equal(there[1:], other[1:])


@pytest.mark.slow
def test_a_state_that_is_held_reaches_answer_and_next_step() -> None:
    given = case("streamed")
    for model in given.models.values():
        trace = what_if(model, given.data, Clamp("h", 0.5))
        assert (trace.layers[0].states["h"] == 0.5).all()
        head = model.networks_[0].head
        with torch.no_grad():
            logits = head(torch.full((1, head.in_features), 0.5))[0].softmax(-1)
        np.testing.assert_allclose(trace.answer.values, logits.numpy(), atol=1e-6)


@pytest.mark.slow
def test_a_changed_input_is_what_the_estimator_says_of_it() -> None:
    given = case("regression_each")
    model = given.models["GRU"]
    changed = [values.copy() for values in given.data]
    changed[1][6, 1] = 2.0
    alike(what_if(model, given.data, *given.changes, sequence=2), model.trace(changed)[1])
    words = case("tagging")
    tokens = [list(sentence) for sentence in words.data]
    tokens[1][2] = "Kyiv"
    alike(
        what_if(words.models["GRU"], words.data, *words.changes, sequence=2),
        words.models["GRU"].trace(tokens)[1],
    )


@pytest.mark.slow
def test_a_changed_window_is_scaled_anew() -> None:
    given = case("forecast")
    model, data = given.models["GRU"], given.data.copy()
    geometry = model.preparation_.geometry
    last = len(data) - geometry.horizon - 1
    data.loc[last, "y"] = 4.5
    expected = model.trace(data)[0].answer.values
    got = what_if(model, given.data, Change(geometry.context - 1, 4.5)).answer.values
    # But for the series' own spread, of which a window is divided by a hundredth at least.
    np.testing.assert_allclose(got, expected, rtol=1e-5)
    assert np.abs(got - model.trace(given.data)[0].answer.values).max() > 0.1


@pytest.mark.slow
def test_looking_leaves_the_network_as_it_was() -> None:
    given = case("streamed")
    model = given.models["GRU"]
    layer, before = model.networks_[0].cell, model.predict_proba(given.data)
    what_if(model, given.data, Clamp("reset", 0))
    with pytest.raises(ConfigurationError):
        what_if(model, given.data, Clamp("forget", 0))
    assert model.networks_[0].cell is layer
    np.testing.assert_array_equal(model.predict_proba(given.data), before)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (Clamp("forget", 1), ConfigurationError, "clamp: GRU has no 'forget'; it has update, reset, h"),
        (Clamp("update", 2), ConfigurationError, "clamp: update: expected a value from 0 to 1, got 2"),
        (Clamp("update", 1, layer=2), ConfigurationError, "clamp: layer: expected 1 to 1, got 2"),
        (Clamp("update", 1, direction="backward"), ConfigurationError,
         "clamp: direction: expected forward, got 'backward'"),
        (Clamp("update", 1, unit=5), ConfigurationError, "clamp: unit: expected 0 to 4, got 5"),
        (Clamp("update", 1, since=14), ConfigurationError, "clamp: since: expected a step from 0 to 13, got 14"),
        (Change(14, 1.0), DataError, "change: step: expected a number from 0 to 13, got 14"),
        (Change(0, 1.0, 1), DataError, "change: channel: expected a number from 0 to 0, got 1"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_one_line(change: Any, error: type[Exception], message: str) -> None:
    given = case("streamed")
    with pytest.raises(error) as caught:
        what_if(given.models["GRU"], given.data, change)
    assert str(caught.value) == message


@pytest.mark.slow
def test_what_cannot_be_changed_is_one_line() -> None:
    columns = case("forecast_columns")
    with pytest.raises(DataError) as caught:
        what_if(columns.models["GRU"], columns.data, Change(3, 1.0, 1))
    assert str(caught.value) == "change: expected the target, 'y', got 'wind'; other columns are held"
    language = case("language")
    with pytest.raises(DataError) as caught:
        what_if(language.models["GRU"], language.data, Change(3, "#"))
    assert str(caught.value) == "change: '#' is no character that the model knows"


@pytest.mark.slow
@pytest.mark.parametrize("sequence", [0, 11, "x", True])
def test_a_sequence_that_is_not_there_is_one_line(sequence: Any) -> None:
    given = case("streamed")
    with pytest.raises(DataError) as caught:
        what_if(given.models["GRU"], given.data, sequence=sequence)
    assert str(caught.value) == (
        f"sequence: expected a number from 1 to 10 or a name (1 … 10), got {sequence!r}"
    )


def test_a_model_without_a_cell_is_one_line() -> None:
    with pytest.raises(ConfigurationError) as caught:
        what_if(RocketClassifier(), [])
    assert str(caught.value) == (
        "RocketClassifier has no recurrent cell to look into; give a fitted classifier, regressor, tagger, "
        "forecaster or language model with one, or for a torch module gatewise.inspection.trace_module"
    )


@pytest.mark.slow
def test_a_gate_of_another_kind_cannot_be_held() -> None:
    def step(projected: torch.Tensor, states: Any, weights: Any) -> Any:  # noqa: ARG001 - what a cell is given
        size = states[0].shape[-1]
        gate = projected[..., :size].sigmoid() / 2
        return (gate * states[0] + projected[..., size:].tanh(),), {"half": gate}

    half = Cell("half", "half open", ("h",), ("half", "candidate"), step, gates=("half",))
    given = case("streamed")
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=1))
    model = gatewise.SequenceClassifier(half, hidden_size=3, random_state=0, config=config)
    model.fit(given.data, list("ab" * 5))
    with pytest.raises(ConfigurationError) as caught:
        what_if(model, given.data, Clamp("half", 1))
    assert str(caught.value) == "clamp: half of half cannot be held: its equation is not σ(x W + h U + b)"
