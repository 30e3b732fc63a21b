"""Where a state was written, in cells whose gates are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hand_built import built, traced

from gatewise.errors import ConfigurationError
from gatewise.inspection import gate_use, half_lives, retention, state_jacobians, time_scales
from gatewise.nn import RNN, Recurrent, cell_named

X = torch.randn(30, 2, generator=torch.Generator().manual_seed(1))


def test_a_gru_that_keeps_nine_tenths_halves_after_6_58_steps() -> None:
    trace = traced(built("GRU", {"update": 0.9}), X)
    assert half_lives(trace)[0] == pytest.approx(np.log(0.5) / np.log(0.9), rel=1e-5)
    assert half_lives(trace)[0, 0] == pytest.approx(6.58, abs=0.005)
    assert np.isinf(half_lives(trace)[25]).all()
    assert time_scales([trace]).steps == pytest.approx(-1 / np.log(0.9), rel=1e-5)
    found = retention(trace)
    np.testing.assert_allclose(found.shares[:, 0], 0.1 * 0.9 ** np.arange(29, -1, -1), rtol=1e-5)
    np.testing.assert_allclose(found.shares.sum(0) + found.start, 1, rtol=1e-6)


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("cell", ["GRU", "GRU-after", "CIFG", "MGU"])
def test_shares_of_cells_that_interpolate_sum_to_one(cell: str, direction: str) -> None:
    torch.manual_seed(0)
    trace = traced(Recurrent(cell_named(cell), 2, 4, bidirectional=True), 3 * X)
    for at in (0, 11, 29):
        found = retention(trace, at, direction=direction)
        np.testing.assert_allclose(found.shares.sum(0) + found.start, 1, rtol=1e-5)
        unread = found.shares[at + 1 :] if direction == "forward" else found.shares[:at]
        assert not unread.any()


def test_shares_rebuild_the_state_of_an_lstm_from_its_candidates() -> None:
    torch.manual_seed(0)
    layer = Recurrent(cell_named("LSTM"), 2, 4)
    h_0 = torch.randn(2, 1, 1, 4)
    trace = traced(layer, X, (h_0[0], h_0[1]))
    one = trace.layers[0]
    candidate = np.tanh(
        (one.input @ one.weights["input"].T + one.weights["input_bias"])[:, 8:12]
        + (one.before["h"] @ one.weights["hidden"].T + one.weights["hidden_bias"])[:, 8:12]
    )
    found = retention(trace, 17)
    rebuilt = (found.shares * candidate).sum(0) + found.start * h_0[1, 0, 0].numpy()
    np.testing.assert_allclose(rebuilt, one.states["c"][17], atol=1e-5)


def test_a_gru_that_keeps_all_never_moves_and_its_start_is_all_there_is() -> None:
    h_0 = torch.randn(1, 1, 3)
    trace = traced(built("GRU", {"update": 1.0}), X, h_0)
    # But for rounding: z h + (1 − z) n is computed as n + z (h − n).
    np.testing.assert_allclose(trace.layers[0].states["h"], np.repeat(h_0[0].numpy(), 30, axis=0), rtol=1e-6)
    found = retention(trace)
    assert (found.start == 1).all()
    assert not found.shares.any()
    assert np.isinf(time_scales([trace]).steps).all()
    use = gate_use([trace])
    kept = np.array(use.gate) == "update"
    assert (use.open[kept] == 1).all()
    assert (use.shut[kept] == 0).all()


def test_a_reset_gate_at_zero_makes_the_candidate_independent_of_the_past_to_the_bit() -> None:
    layer = built("GRU", {"reset": 0.0, "update": 0.0})
    one, other = (
        traced(layer, X, h_0).layers[0].states["h"] for h_0 in (torch.zeros(1, 1, 3), torch.ones(1, 1, 3))
    )
    np.testing.assert_array_equal(one, other)


def test_an_lstm_that_forgets_nothing_and_takes_nothing_in_keeps_its_cell() -> None:
    c_0 = torch.randn(1, 1, 3)
    trace = traced(built("LSTM", {"forget": 1.0, "input": 0.0}), X, (torch.zeros(1, 1, 3), c_0))
    np.testing.assert_array_equal(trace.layers[0].states["c"], np.repeat(c_0[0].numpy(), 30, axis=0))
    assert (retention(trace).start == 1).all()


def test_shut_gates_forget_at_once() -> None:
    trace = traced(built("GRU", {"update": 0.0}), X)
    assert half_lives(trace)[3] == pytest.approx(0, abs=1e-2)
    assert time_scales([trace]).steps == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("w", [0.5, 0.9])
def test_an_rnn_of_one_unit_is_measured_by_powers_of_its_weight(w: float) -> None:
    layer = RNN(1, 1)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        layer.weight_hh_l0.fill_(w)
    trace = traced(layer, torch.zeros(20, 1))
    found = retention(trace)
    assert found.measure == "gradient"
    expected = w ** np.arange(20.0, -1, -1)
    np.testing.assert_allclose(
        np.concatenate([found.start[None], found.shares])[:, 0], expected / expected.sum(), rtol=1e-6
    )
    stretched = state_jacobians(trace.layers[0])
    np.testing.assert_allclose(stretched.norms, w, rtol=1e-6)
    assert stretched.lyapunov == pytest.approx(np.log(w))


def test_what_is_asked_of_no_gate_or_no_step_is_refused() -> None:
    trace = traced(RNN(2, 3), X)
    with pytest.raises(ConfigurationError, match="no gate that keeps"):
        half_lives(trace)
    with pytest.raises(ConfigurationError, match="expected a step from 0 to 29, got 30"):
        retention(trace, 30)
    with pytest.raises(ConfigurationError, match="expected one of 1 forward, got 2 forward"):
        retention(trace, layer=2)
