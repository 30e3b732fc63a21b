"""Runs of compiled kernels over plain tensors, which are the usual thing: by addresses alone.

An operator's way from tensors to arrays, checks, sizes and back takes longer than a small layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import Parameter

from gatewise.nn.operators.library import Operator, load_kernels

if TYPE_CHECKING:
    from gatewise.kernels.call.prepared import Batch

__all__ = ["Runs", "is_batched", "is_plain", "prepare"]

_PLAIN = (Tensor, Parameter)
_BATCHED: Any = torch._C._parse_dispatch_key("Batched")


class Runs:
    """A cell's runs, forward and back, over batches of one shape.

    Made by :func:`prepare`; runs the same kernels as :class:`gatewise.nn.operators.library.Operator`.
    """

    def __init__(
        self,
        operator: Operator,
        shape: tuple[int, int, int],
        strides: tuple[int, int],
        hidden: int,
        dtype: torch.dtype,
        reverse: bool,
        threads: int,
    ) -> None:
        load_kernels()
        from gatewise.kernels.call.prepared import Prepared
        from gatewise.kernels.cells.registry import KERNELS
        from gatewise.kernels.record.sizes import Sizes

        self.operator = operator
        self.reverse, self.dtype = reverse, dtype
        cell = KERNELS[operator.name]
        time, batch, features = shape
        sizes = Sizes(time, batch, features, hidden, cell.stored, dtype.itemsize)
        self.prepared = Prepared(operator.name, sizes, strides, reverse, threads)
        rows, state = cell.blocks * hidden, torch.Size((batch, hidden))
        self.two = cell.states > 1
        # Of h_0, c_0, w, u, b_w, b_u.
        self.expected = [state, state] if self.two else [state]
        self.expected += [torch.Size(size) for size in ((rows, features), (rows, hidden), (rows,), (rows,))]
        self.input, self.state, self.output = torch.Size(shape), state, torch.Size((time, batch, hidden))
        self.zeros = torch.zeros(state, dtype=dtype)

    def takes(self, h_0: Tensor | None, c_0: Tensor | None, *weights: Tensor | None) -> bool:
        """Whether these go with the input; if not, somebody else may convert them or say what is wrong."""
        tensors = (h_0, c_0, *weights) if self.two else (h_0, *weights)
        return all(map(self._fits, tensors, self.expected))

    def _fits(self, tensor: Tensor | None, shape: torch.Size) -> bool:
        """Whether its address says all there is to say of a tensor that ought to have this shape."""
        return (
            tensor is not None
            and is_plain(tensor)
            and tensor.shape == shape
            and tensor.dtype is self.dtype
            and tensor.is_cpu
            and tensor.is_contiguous()
            and not tensor.is_neg()
        )

    def batch(self, lengths: Tensor | None) -> Batch:
        """Deal the sequences of a batch to threads."""
        return self.prepared.batch(None if lengths is None else lengths.numpy())

    def forward(
        self, batch: Batch, inputs: Sequence[Tensor | None], *, save: bool
    ) -> tuple[Tensor | None, ...]:
        """Run x, h_0, c_0, w, u, b_w, b_u over time; gives y, h_n, c_n, gates and cells, or None for them."""
        dtype = self.dtype
        results = (
            (torch.empty if batch.whole else torch.zeros)(self.output, dtype=dtype),
            torch.empty(self.state, dtype=dtype),
            torch.empty(self.state, dtype=dtype) if self.two else None,
            torch.empty(batch.gates if save else batch.scratch, dtype=dtype),
            torch.empty(batch.cells, dtype=dtype) if save and batch.cells else None,
        )
        self.prepared.forward(batch, _addresses((*inputs, *results)), save=save)
        return results

    def backward(
        self, batch: Batch, known: Sequence[Tensor], grads: Sequence[Tensor | None], *, needs_x: bool
    ) -> tuple[Tensor | None, ...]:
        """Take gradients of y and the last states back; gives those of the inputs.

        ``known`` are the inputs, y, gates and cells; the gates are used up by this.
        """
        dtype, two = self.dtype, self.two
        dy, dh_n, dc_n = (*grads, None)[:3]
        dy = torch.zeros(self.output, dtype=dtype) if dy is None else _without_gaps(dy)
        dh_n = self.zeros if dh_n is None else _without_gaps(dh_n)
        dc_n = self.zeros if dc_n is None else _without_gaps(dc_n)
        *inputs, y, gates, cells = known
        found = (
            (torch.empty if batch.whole else torch.zeros)(self.input, dtype=dtype) if needs_x else None,
            torch.empty(self.state, dtype=dtype),
            torch.empty(self.state, dtype=dtype) if two else None,
            *(torch.empty(shape, dtype=dtype) for shape in self.expected[-4:]),
        )
        self.prepared.backward(
            batch, _addresses((*inputs, y, None, None, gates, cells, dy, dh_n, dc_n, *found))
        )
        return found


def is_batched(tensor: Tensor) -> bool:
    """Whether it stands for many, for ``torch.autograd.grad(is_grads_batched=True)``."""
    return bool(torch._C._dispatch_keys(tensor).has(_BATCHED))


def is_plain(tensor: Tensor) -> bool:
    """Whether it is nothing but a tensor, and one that an address leads to."""
    return type(tensor) in _PLAIN and not is_batched(tensor)


def _without_gaps(tensor: Tensor) -> Tensor:
    # Of a sum, or of batch_first, a gradient has other strides.
    return tensor.resolve_neg().contiguous()


def _addresses(tensors: Sequence[Tensor | None]) -> list[int]:
    return [0 if tensor is None else tensor.data_ptr() for tensor in tensors]


# Few shapes come again and again, and each keeps 40 bytes for every step of every sequence.
_runs = lru_cache(maxsize=32)(Runs)


def prepare(
    operator: Operator,
    x: Tensor,
    states: tuple[Tensor, ...],
    weights: tuple[Tensor | None, ...],
    reverse: bool,
) -> Runs | None:
    """Get ready for runs over inputs like this one; None if they are not plain enough for that."""
    shape, strides = x.shape, x.stride()
    if x.is_neg() or (strides[2] != 1 and shape[2] != 1):
        return None
    hidden = states[0].shape[-1]
    runs = _runs(operator, shape, strides[:2], hidden, x.dtype, reverse, torch.get_num_threads())
    return runs if runs.takes(states[0], states[1] if len(states) > 1 else None, *weights) else None
