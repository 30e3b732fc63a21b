"""Every result becomes a frame, JSON, a sentence and a picture; models without a cell are refused."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import gatewise
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.classification.linear import LinearClassifier
from gatewise.inspection import (
    gate_use,
    gradient_by_lag,
    influence,
    probe,
    probe_layer,
    reach,
    retention,
    state_jacobians,
    time_scales,
    trace_module,
    unit_values,
    units_of,
)
from gatewise.nn import GRU, LSTM, RNN

RANDOM = np.random.default_rng(0)
X = [RANDOM.normal(size=(20, 2)).astype(np.float32) for _ in range(24)]
Y = ["a" if values[0, 0] > 0 else "b" for values in X]


@functools.cache
def model(cell: str = "GRU", *, bidirectional: bool = False, layers: int = 1) -> Any:
    config = gatewise.ClassifierConfig(
        readout="last", num_layers=layers, training=gatewise.TrainingConfig(steps=40)
    )
    built = gatewise.SequenceClassifier(
        cell, hidden_size=6, bidirectional=bidirectional, random_state=0, config=config
    )
    return built.fit(X, Y)


RESULTS = {
    "values of a gate": lambda: unit_values(model().trace(X)[0], "update"),
    "values of a state": lambda: unit_values(model().trace(X)[0]),
    "gate use": lambda: gate_use(model().trace(X)),
    "time scales": lambda: time_scales(model().trace(X)),
    "retention": lambda: retention(model().trace(X)[0]),
    "gradient by lag": lambda: gradient_by_lag(model(), X),
    "jacobians": lambda: state_jacobians(model().trace(X)[0].layers[0]),
    "influence": lambda: influence(model(), X),
    "units": lambda: units_of(model().trace(X), Y),
    "probes": lambda: probe(model(), X),
    "reach": lambda: reach(model(), X, Y),
}


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_has_a_table_a_sentence_and_a_picture(name: str, tmp_path: Path) -> None:
    result: Any = RESULTS[name]()
    frame = result.to_frame()
    written = json.loads(result.to_json(tmp_path / "r.json"))
    assert json.loads((tmp_path / "r.json").read_text()) == written
    assert set(written["facts"]) == set(result.facts())
    columns = written["table"]
    assert list(columns) == list(frame.columns)
    assert {len(values) for values in columns.values()} == {len(frame)}
    assert len(frame)
    assert str(result).endswith(".")
    drawn = result._repr_html_()
    assert "<svg" in drawn
    assert "figcaption" in drawn
    assert "mathdefault" not in drawn


def test_the_gradient_is_measured_from_several_ends_before_and_after() -> None:
    found = gradient_by_lag(model(), X)
    assert found.after.norms[0] == pytest.approx(1)
    assert len(found.before.norms) == 20
    assert 0 <= found.clipped <= 1
    one = gradient_by_lag(model(), X, ends=1)
    # The longest lag has one end only, whatever was asked for.
    assert one.after.norms[-1] == pytest.approx(found.after.norms[-1], rel=1e-4)
    assert one.after.norms[3] != pytest.approx(found.after.norms[3], rel=1e-6)


def test_a_model_that_answers_from_its_beginning_needs_its_past() -> None:
    found = reach(model("LSTM"), X, Y)
    assert found.steps.tolist() == [2, 4, 8, 20]
    assert found.values[-1] == pytest.approx(model("LSTM").score(X, Y))
    assert found.values[-1] > found.values[0]


@pytest.mark.parametrize("layer", [RNN, LSTM, GRU])
def test_probes_of_layers_pass_and_of_both_ends_say_so(layer: Any) -> None:
    x = torch.randn(2, 15, 3)
    found = probe_layer(layer(3, 4, 2, batch_first=True), x)
    assert found.passed
    assert [one.name for one in found.probes] == ["future", "last", "steps", "chunks"]
    both = probe_layer(layer(3, 4, batch_first=True, bidirectional=True), x)
    assert both.probes[0].passed is None
    assert both.probes[0].difference > 0


def test_a_network_that_sees_the_future_is_caught() -> None:
    class Ahead(GRU):
        def forward(self, input: Any, h_0: Any = None, *, lengths: Any = None) -> Any:
            return super().forward(input.roll(-1, 0), h_0, lengths=lengths)

    found = probe_layer(Ahead(3, 4), torch.randn(15, 1, 3))
    assert not found.passed
    assert "what comes later changes nothing before it: NO" in str(found)


def test_layers_of_torch_are_traced_as_they_compute() -> None:
    for module in (torch.nn.RNN(3, 4), torch.nn.LSTM(3, 4, 2), torch.nn.GRU(3, 4, bidirectional=True)):
        x = torch.randn(9, 2, 3)
        traces = trace_module(module, x)
        assert len(traces) == 2
        np.testing.assert_allclose(traces[1].answer.values, module(x)[0][:, 1].detach().numpy(), atol=1e-5)
        assert type(module).__module__.startswith("torch")
    with pytest.raises(ConfigurationError, match=r"^LSTM: "):
        trace_module(torch.nn.LSTM(3, 4, proj_size=2), torch.randn(9, 2, 3))
    with pytest.raises(ConfigurationError, match="got Linear; of a larger model give the layer itself"):
        trace_module(torch.nn.Linear(3, 4), torch.randn(9, 2, 3))


def test_models_without_a_cell_and_cells_without_gates_are_told_apart() -> None:
    linear = LinearClassifier().fit(X, Y)
    for look in (probe, gradient_by_lag, influence):
        with pytest.raises(ConfigurationError, match="LinearClassifier has no recurrent cell to look into"):
            look(linear, X)
    with pytest.raises(DataError, match="the RNN has no gate that keeps its state"):
        time_scales(model("RNN").trace(X))
    assert str(gate_use(model("RNN").trace(X))) == "A cell without gates."


def test_layers_of_torch_are_probed_and_their_gradients_measured() -> None:
    layer, x = torch.nn.GRU(3, 4), torch.randn(12, 2, 3)
    assert probe_layer(layer, x).passed
    found = gradient_by_lag(layer, x)
    assert len(found.after.norms) == 12
    assert found.after.norms[5] != found.before.norms[5]
    with pytest.raises(DataError, match="expected the layer's input, a tensor, got list"):
        gradient_by_lag(layer, [1.0])
    with pytest.raises(DataError, match="expected finite numbers"):
        trace_module(layer, torch.full((3, 1, 3), torch.nan))


def test_what_does_not_belong_together_is_refused() -> None:
    gru, lstm = model().trace(X)[0], model("LSTM").trace(X)[0]
    assert len(gate_use(gru).mean) == 12
    for given, message in (
        ([], "at least one, got none"),
        ([gru, lstm], r"of one network, got different ones \(GRU, LSTM\)"),
        ([model()], "expected what model.trace"),
        (3, "expected what model.trace"),
    ):
        with pytest.raises(DataError, match=message):
            time_scales(given)
    for call in (retention, unit_values):
        with pytest.raises(DataError, match=r"expected one of model\.trace"):
            call(model())
    with pytest.raises(DataError, match="expected a layer"):
        state_jacobians(gru)
    with pytest.raises(ConfigurationError, match="permutations: expected a number from 1, got 0"):
        units_of([gru], [range(20)], permutations=0)
    with pytest.raises(DataError, match="expected finite values"):
        units_of([gru], [[np.nan, *range(19)]])


def test_nothing_to_read_is_said() -> None:
    for look in (probe, influence, gradient_by_lag):
        with pytest.raises(DataError, match="give data"):
            look(model(), None)
    with pytest.raises(DataError, match="give data"):
        model().trace()


def test_several_layers_that_read_from_both_ends_have_seen_everything() -> None:
    with pytest.raises(ConfigurationError, match="every state has seen the whole sequence"):
        reach(model(bidirectional=True, layers=2), X, Y)
    with pytest.raises(ConfigurationError, match="expected even numbers from 2 to below 20, got 3"):
        reach(model(), X, Y, steps=[3])
