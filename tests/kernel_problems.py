"""Problems for kernels, as numpy arrays, and what the reference makes of them in float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import DTypeLike, NDArray

from gatewise.kernels.call.run import Batch, Run
from gatewise.kernels.call.stepper import Weights
from gatewise.kernels.cells.registry import KERNELS
from gatewise.kernels.record import memory
from gatewise.kernels.record.sizes import Sizes
from gatewise.nn import reference
from gatewise.nn.cells.base import Cell
from gatewise.nn.cells.base import Weights as ReferenceWeights
from gatewise.nn.cells.registry import CELLS as KNOWN
from gatewise.nn.operators.loading import load_kernels

__all__ = [
    "CELLS",
    "NAMES",
    "Problem",
    "Ran",
    "assert_close",
    "backward",
    "bits",
    "expected",
    "forward",
    "kernels",
    "problem",
]

Array = NDArray[Any]
CELLS: dict[str, Cell] = {cell.kernel: cell for cell in KNOWN.values() if cell.kernel is not None}
NAMES = sorted(CELLS)
# With the threads that layers run on.
load_kernels()
# What ``kernels`` and ``expected`` return.
RESULTS = ("y", "h_n", "c_n", "dx", "dh_0", "dc_0", "dw", "du", "db_w", "db_u")


@dataclass(frozen=True)
class Problem:
    """All that goes into a run and back."""

    name: str
    x: Array
    states: tuple[Array, ...]
    weights: Weights
    grads: tuple[Array, ...]
    lengths: Array | None = None
    reverse: bool = False

    def map(self, function: Callable[[Array], Array]) -> Problem:
        """Replace every array of numbers."""

        def each(arrays: Sequence[Array | None]) -> list[Any]:
            return [None if array is None else function(array) for array in arrays]

        return replace(
            self,
            x=function(self.x),
            states=tuple(each(self.states)),
            weights=Weights(*each(self.weights)),
            grads=tuple(each(self.grads)),
        )


def problem(
    name: str,
    *,
    time: int,
    batch: int,
    input: int,
    hidden: int,
    dtype: DTypeLike = np.float32,
    lengths: Sequence[int] | None = None,
    reverse: bool = False,
    biases: tuple[bool, bool] = (True, True),
    order: str = "time batch input",
    seed: int = 0,
) -> Problem:
    """Draw a problem; weights are as large as layers start with, ``order`` is how x lies in memory."""
    random = np.random.default_rng(seed)
    cell = KERNELS[name]

    def normal(*shape: int) -> Array:
        return random.normal(size=shape).astype(dtype)

    def weight(*shape: int) -> Array:
        return random.uniform(-1, 1, shape).astype(dtype) / np.dtype(dtype).type(hidden**0.5)

    rows = cell.blocks * hidden
    sizes = {"time": time, "batch": batch, "input": input}
    places = order.split()
    x = normal(*(sizes[place] for place in places)).transpose([places.index(place) for place in sizes])
    outputs = normal(time, batch, hidden)
    if lengths is not None:
        for row, length in enumerate(lengths):
            # Nobody may look at what stands here.
            x[length:, row] = np.nan
            outputs[length:, row] = np.nan
    return Problem(
        name=name,
        x=x,
        states=tuple(normal(batch, hidden) for _ in range(cell.states)),
        weights=Weights(
            weight(rows, input), weight(rows, hidden), *(weight(rows) if has else None for has in biases)
        ),
        grads=(outputs, *(normal(batch, hidden) for _ in range(cell.states))),
        lengths=None if lengths is None else np.array(lengths, np.int64),
        reverse=reverse,
    )


@dataclass(frozen=True)
class Ran:
    """A run forward, with what its way back needs."""

    run: Run
    batch: Batch
    y: Array
    states: tuple[Array, ...]
    gates: Array
    cells: Array

    @property
    def outputs(self) -> tuple[Array, ...]:
        """What a run forward is for."""
        return (self.y, *self.states)


def forward(given: Problem, *, threads: int = 1, save: bool = True) -> Ran:
    """Run forward, over memory that may be guarded."""
    x, state = given.x, given.states[0]
    time, batch_size, features = x.shape
    sizes = Sizes(time, batch_size, features, state.shape[1], KERNELS[given.name].stored, x.itemsize)
    strides = (x.strides[0] // x.itemsize, x.strides[1] // x.itemsize)
    run = Run(given.name, sizes, strides, given.reverse, threads)
    batch = run.batch(given.lengths)
    make = memory.empty if batch.whole else memory.zeros
    ran = Ran(
        run,
        batch,
        make((time, batch_size, state.shape[1]), x.dtype),
        tuple(memory.empty(state.shape, x.dtype) for state in given.states),
        memory.empty(batch.gates if save else batch.scratch, x.dtype),
        memory.empty(batch.cells if save else 0, x.dtype),
    )
    arrays = (*_inputs(given), ran.y, *_pair(ran.states), ran.gates, ran.cells)
    run.forward(batch, [_address(array) for array in arrays], save=save)
    return ran


def backward(given: Problem, ran: Ran, *, needs_x: bool = True) -> dict[str, Array]:
    """Take gradients back through a run, whose gates are used up."""
    dtype, weights = given.x.dtype, given.weights
    make = memory.empty if ran.batch.whole else memory.zeros
    dx = make(given.x.shape, dtype) if needs_x else None
    states = tuple(memory.empty(state.shape, dtype) for state in given.states)
    shapes = (weights.w.shape, weights.u.shape, weights.w.shape[:1], weights.w.shape[:1])
    found = tuple(memory.empty(shape, dtype) for shape in shapes)
    arrays = (*_inputs(given), ran.y, None, None, ran.gates, ran.cells)
    gradients = (given.grads[0], *_pair(given.grads[1:]), dx, *_pair(states), *found)
    ran.run.backward(ran.batch, [_address(array) for array in (*arrays, *gradients)])
    named = _named(None, (None,), dx, states, found)
    return {name: array for name, array in named.items() if array is not None}


def kernels(given: Problem, *, threads: int = 1) -> dict[str, Array]:
    """Run forward and backward."""
    ran = forward(given, threads=threads)
    outputs = dict(zip(RESULTS, (ran.y.copy(), *ran.states), strict=False))
    return outputs | backward(given, ran)


def _inputs(given: Problem) -> list[Array]:
    weights = given.weights
    biases = (memory.zeros(weights.w.shape[:1], given.x.dtype) if b is None else b for b in weights[2:])
    return [given.x, *_pair(given.states), weights.w, weights.u, *biases]


def _pair(states: Sequence[Array]) -> tuple[Array | None, Array | None]:
    """Of h and of c, which is None for cells without."""
    return states[0], states[1] if len(states) > 1 else None


def _address(array: Array | None) -> int:
    return 0 if array is None else array.ctypes.data


def expected(given: Problem) -> dict[str, Array]:
    """Run the reference in float64; a bias that is not there counts as zero."""
    zeros = np.zeros(len(given.weights.w))
    filled = given.weights._replace(
        b_w=zeros if given.weights.b_w is None else given.weights.b_w,
        b_u=zeros if given.weights.b_u is None else given.weights.b_u,
    )

    def leaf(array: Array) -> torch.Tensor:
        return torch.tensor(array, dtype=torch.float64).requires_grad_()

    x, states = leaf(given.x), tuple(leaf(state) for state in given.states)
    weights = ReferenceWeights(*(leaf(array) for array in filled))
    lengths = None if given.lengths is None else torch.from_numpy(given.lengths)
    y, last = reference.run(CELLS[given.name], x, states, weights, lengths, reverse=given.reverse)
    dy, *rest = (torch.tensor(grad, dtype=torch.float64) for grad in given.grads)
    if lengths is not None:
        dy = dy.masked_fill(~reference.valid_steps(len(dy), lengths), 0)
    grads = torch.autograd.grad((y, *last), (x, *states, *weights), (dy, *rest))
    dx, d_states, d_weights = grads[0], grads[1 : 1 + len(states)], grads[1 + len(states) :]
    named = _named(y, last, dx, d_states, d_weights)
    return {name: tensor.detach().numpy() for name, tensor in named.items() if tensor is not None}


def _named(y: Any, states: Any, dx: Any, d_states: Any, d_weights: Any) -> dict[str, Any]:
    h_n, c_n = (*states, None)[:2]
    dh_0, dc_0 = (*d_states, None)[:2]
    return dict(zip(RESULTS, (y, h_n, c_n, dx, dh_0, dc_0, *d_weights), strict=True))


def assert_close(got: dict[str, Array], wanted: dict[str, Array], tolerance: float) -> None:
    """Compare by the norm of each array."""
    assert got.keys() == wanted.keys()
    for name, array in got.items():
        assert array.shape == wanted[name].shape, name
        error = np.linalg.norm((array - wanted[name]).ravel())
        assert error <= tolerance * np.linalg.norm(wanted[name].ravel()), name


def bits(arrays: dict[str, Array]) -> dict[str, bytes]:
    """What must be the same to the last bit."""
    return {name: array.tobytes() for name, array in arrays.items()}
