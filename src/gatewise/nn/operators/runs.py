"""Runs of compiled kernels over tensors, of which they get the addresses: the one way from torch to the kernels.

What follows from the shape of a batch is worked out once for each: it takes longer than a small layer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gatewise.errors import LayerInputError
from gatewise.nn.operators.loading import load_kernels

if TYPE_CHECKING:
    from gatewise.kernels.call.run import Batch

__all__ = ["Inputs", "Runs", "prepare"]

# x (time, batch, input), h_0, c_0 (batch, hidden), w (blocks × hidden, input), u (blocks × hidden, hidden), b_w, b_u
# (blocks × hidden). None for a state that the cell does not have, and for a bias that the layer does not have.
Inputs = tuple[Tensor, Tensor, Tensor | None, Tensor, Tensor, Tensor | None, Tensor | None]

_DTYPES = (torch.float32, torch.float64)


class Runs:
    """A cell's runs, forward and back, over batches of one shape. Made by :func:`prepare`."""

    def __init__(
        self,
        name: str,
        shape: tuple[int, ...],
        strides: tuple[int, int],
        hidden: int,
        dtype: torch.dtype,
        reverse: bool,
        threads: int,
    ) -> None:
        load_kernels()
        from gatewise.kernels.call.run import Run
        from gatewise.kernels.cells.registry import KERNELS
        from gatewise.kernels.record.sizes import Sizes

        if dtype not in _DTYPES:
            raise LayerInputError(f"x: expected float32 or float64, got {dtype}")
        if len(shape) != 3 or min(shape) < 1 or hidden < 1:
            raise LayerInputError(f"x: expected (time, batch, input), each at least 1, got {tuple(shape)}")
        cell = KERNELS[name]
        time, batch, features = shape
        rows = cell.blocks * hidden
        self.reverse, self.dtype, self.two = reverse, dtype, cell.states > 1
        self.input, self.state = torch.Size(shape), torch.Size((batch, hidden))
        self.output, bias = torch.Size((time, batch, hidden)), torch.Size((rows,))
        self.w, self.u, self.bias = torch.Size((rows, features)), torch.Size((rows, hidden)), bias
        # Read in the place of what is not there.
        self.no_bias = torch.zeros(bias, dtype=dtype, device="cpu")
        self.no_grad = torch.zeros(self.state, dtype=dtype, device="cpu")
        sizes = Sizes(time, batch, features, hidden, cell.stored, dtype.itemsize)
        self._run = Run(name, sizes, strides, reverse, threads)

    def check(self, name: str, tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
        """Make a tensor one without gaps, which an address leads to; raise unless it has this shape and the type."""
        if tensor.is_neg() or not tensor.is_contiguous():
            tensor = tensor.resolve_neg().contiguous()
        if tensor.shape != shape or tensor.dtype is not self.dtype or not tensor.is_cpu:
            raise LayerInputError(
                f"{name}: expected {self.dtype} of shape {tuple(shape)} on cpu, "
                f"got {tensor.dtype} of shape {tuple(tensor.shape)} on {tensor.device}"
            )
        return tensor

    def check_inputs(self, inputs: Inputs) -> Inputs:
        """Check all but x, which decided on the shape."""
        x, h_0, c_0, w, u, b_w, b_u = inputs
        if (c_0 is not None) != self.two:
            raise LayerInputError(
                f"c_0: expected {'a tensor' if self.two else 'None'}, got {type(c_0).__name__}"
            )
        return (
            x,
            self.check("h_0", h_0, self.state),
            None if c_0 is None else self.check("c_0", c_0, self.state),
            self.check("w", w, self.w),
            self.check("u", u, self.u),
            None if b_w is None else self.check("b_w", b_w, self.bias),
            None if b_u is None else self.check("b_u", b_u, self.bias),
        )

    def batch(self, lengths: Tensor | None, *, own_table: bool = False) -> Batch:
        """Deal the sequences of a batch to threads; see :meth:`gatewise.kernels.call.run.Run.batch`."""
        return self._run.batch(None if lengths is None else lengths.numpy(), own_table=own_table)

    def saved_batch(self, table: Tensor) -> Batch | None:
        """Take up the batch of an earlier run, for its way back; None if that was done before."""
        return self._run.saved_batch(table.numpy())

    def forward(
        self, batch: Batch, inputs: Inputs, *, save: bool, room: Sequence[int] = ()
    ) -> tuple[Tensor, Tensor, Tensor | None, Tensor, Tensor | None]:
        """Run over time; gives y, h_n, c_n, gates and cells.

        ``room`` has the numbers of gates and of cells to make room for, where the batch needs fewer.
        """
        make = inputs[0].new_empty
        gates, cells = room or ((batch.gates, batch.cells) if save else (batch.scratch, 0))
        results = (
            make(self.output) if batch.whole else inputs[0].new_zeros(self.output),
            make(self.state),
            make(self.state) if self.two else None,
            make(gates),
            make(cells) if cells else None,
        )
        self._run.forward(batch, self._addresses(inputs, results), save=save)
        return results

    def backward(
        self,
        batch: Batch,
        inputs: Inputs,
        saved: Sequence[Tensor | None],
        grads: Sequence[Tensor | None],
        *,
        needs_x: bool,
    ) -> tuple[Tensor | None, ...]:
        """Take gradients of y and the last states back; gives those of the inputs.

        ``saved`` are y, gates and cells; the gates are used up by this. A gradient that is None is zero.
        """
        x, make = inputs[0], inputs[0].new_empty
        dy, dh_n, dc_n = (*grads, None)[:3]
        given = (
            x.new_zeros(self.output) if dy is None else self.check("dy", dy, self.output),
            self.no_grad if dh_n is None else self.check("dh_n", dh_n, self.state),
            self.no_grad if dc_n is None else self.check("dc_n", dc_n, self.state),
        )
        found = (
            (make(self.input) if batch.whole else x.new_zeros(self.input)) if needs_x else None,
            make(self.state),
            make(self.state) if self.two else None,
            make(self.w),
            make(self.u),
            make(self.bias),
            make(self.bias),
        )
        y, gates, cells = saved
        self._run.backward(batch, self._addresses(inputs, (y, None, None, gates, cells, *given, *found)))
        return tuple(None if one is None else gradient for one, gradient in zip(inputs, found, strict=True))

    def _addresses(self, inputs: Inputs, others: Sequence[Tensor | None]) -> list[int]:
        """Say where tensors stand; a bias that is not there counts as zero."""
        *present, b_w, b_u = inputs
        biases = (self.no_bias if b_w is None else b_w, self.no_bias if b_u is None else b_u)
        return [0 if one is None else one.data_ptr() for one in (*present, *biases, *others)]


# Few shapes come again and again. Each keeps about 40 bytes for every step of every sequence, so that the larger ones,
# of which a run takes far longer than the plan, are planned anew: all that are kept take 16 MiB at most.
_KEPT = 32
_KEPT_BYTES = 1 << 24
_BYTES_OF_A_ROW = 40
_kept_runs = lru_cache(maxsize=_KEPT)(Runs)


def _is_small(x: Tensor) -> bool:
    return x.numel() * _BYTES_OF_A_ROW * _KEPT <= _KEPT_BYTES * max(1, x.shape[-1])


def prepare(name: str, inputs: Inputs, reverse: bool) -> tuple[Runs, Inputs]:
    """Get ready for runs of a cell over inputs like these; gives the inputs without gaps, too.

    Raises
    ------
    LayerInputError
        If a shape, a type or a device does not fit: kernels look at addresses only.
    """
    x, h_0, c_0, w, u, b_w, b_u = inputs
    # Any strides between steps and sequences will do, so that batch_first needs no copy.
    if x.is_neg() or (x.stride(-1) != 1 and x.shape[-1] != 1):
        x = x.resolve_neg().contiguous()
    hidden, threads = h_0.shape[-1], torch.get_num_threads()
    make: Callable[..., Runs] = _kept_runs if _is_small(x) else Runs
    runs = make(name, x.shape, x.stride()[:2], hidden, x.dtype, reverse, threads)
    return runs, runs.check_inputs((x, h_0, c_0, w, u, b_w, b_u))
