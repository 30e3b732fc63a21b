"""Cells and backends; every test of the layers runs over all of them. A new cell needs no line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from gatewise.nn import GRU, LSTM, RNN, Cell, Recurrent
from gatewise.nn.backends import BACKENDS
from gatewise.nn.cells.registry import CELLS as KNOWN
from gatewise.nn.state import State


@dataclass(frozen=True)
class CellCase:
    """How to make a layer of one cell, and torch's layer that computes the same, if there is one."""

    name: str
    make: Callable[..., Recurrent]
    torch: Callable[..., nn.Module] | None


# Doors of their own, and torch's layer of the same function; all others are made from their cell.
_SPECIAL = {
    "RNN": CellCase("rnn-tanh", RNN, nn.RNN),
    "RNN-relu": CellCase("rnn-relu", partial(RNN, nonlinearity="relu"), partial(nn.RNN, nonlinearity="relu")),
    "LSTM": CellCase("lstm", LSTM, nn.LSTM),
    "GRU": CellCase("gru", GRU, None),
    "GRU-after": CellCase("gru-reset-after", partial(GRU, reset_after=True), nn.GRU),
}


def case_of(cell: Cell) -> CellCase:
    """Make the case of a cell."""
    return _SPECIAL.get(cell.name) or CellCase(cell.name.lower(), partial(Recurrent, cell), None)


CELLS = tuple(map(case_of, KNOWN.values()))


def _pairs() -> list[tuple[CellCase, str]]:
    sample = torch.zeros(1)
    return [
        (case, backend.name)
        for case in CELLS
        for backend in BACKENDS
        if backend.refusal(case.make(1, 1).cell, sample) is None
    ]


PAIRS = _pairs()
PAIR_NAMES = [f"{case.name}-{backend}" for case, backend in PAIRS]


def tolerance(dtype: torch.dtype, time: int) -> float:
    """Rounding that may pile up over so many steps, as a share of the largest value of a tensor."""
    return 32 * torch.finfo(dtype).eps * (time + 4)


def assert_same(got: Sequence[Tensor], expected: Sequence[Tensor], time: int) -> None:
    """Compare lists of tensors within the tolerance; NaN equals NaN."""
    assert len(got) == len(expected)
    for index, (one, other) in enumerate(zip(got, expected, strict=True)):
        assert one.shape == other.shape, index
        finite = other.detach()[other.isfinite()]
        scale = max(1.0, float(finite.abs().max())) if finite.numel() else 1.0
        torch.testing.assert_close(
            one,
            other,
            rtol=0,
            atol=scale * tolerance(one.dtype, time),
            equal_nan=True,
            msg=lambda text, index=index: f"tensor {index}: {text}",
        )


def tensors(state: State) -> tuple[Tensor, ...]:
    """The parts of a state."""
    return (state,) if isinstance(state, Tensor) else tuple(state)


def random_state(layer: Recurrent, batch: int) -> State:
    """Draw an initial state that may be differentiated."""
    shape = (layer.num_layers * layer.directions, batch, layer.hidden_size)
    drawn = [
        torch.randn(shape, dtype=layer.weight_ih_l0.dtype).mul(0.5).requires_grad_() for _ in layer.states
    ]
    return drawn[0] if len(drawn) == 1 else (drawn[0], drawn[1])


def everything(
    layer: nn.Module, x: Tensor, h_0: State | None = None, lengths: Sequence[int] | None = None
) -> list[Tensor]:
    """Outputs, last states, and the gradients of input, initial states and all parameters.

    The loss weighs every number differently, so that no two errors cancel.
    """
    x = x.detach().requires_grad_()
    output, state = layer(x, h_0, lengths=lengths) if lengths is not None else layer(x, h_0)
    results = [output, *tensors(state)]
    loss = sum((result * _weights_like(result)).sum() for result in results)
    wanted = [x, *(tensors(h_0) if h_0 is not None else ()), *layer.parameters()]
    return [*results, *torch.autograd.grad(loss, wanted)]


def _weights_like(tensor: Tensor) -> Tensor:
    return torch.linspace(-1, 1, tensor.numel(), dtype=tensor.dtype).cos().view(tensor.shape)
