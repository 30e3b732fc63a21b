"""Runs of compiled kernels in PyTorch: straight to the kernels, or through operators where torch has to see them.

The dispatcher and its wrappers in Python cost more than a small layer, so plain tensors take an autograd
function instead of the operator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from gatewise.nn.cells.base import Cell, States, Weights
from gatewise.nn.operators.library import OPERATORS, SAVE, Operator, one_by_one
from gatewise.nn.operators.runs import Inputs, Runs, prepare

if TYPE_CHECKING:
    from gatewise.kernels.call.run import Batch

__all__ = ["is_foreign", "is_operator", "is_special", "run", "run_operator"]


_PLAIN = (Tensor, torch.nn.Parameter)
# Stands in for a tensor whose version alone is of interest.
_NOTHING = torch.empty(0, device="cpu")
_BATCHED: Any = torch._C._parse_dispatch_key("Batched")


def is_operator(cell: Cell, x: Tensor) -> bool:
    """Return whether a compiler or tracer is to see one operator for this cell."""
    found = OPERATORS.get(cell.operator)
    # Another cell may have the name of a known one, without being registered itself.
    return found is not None and found.cell.step is cell.step and x.device.type == "cpu" and _is_watched((x,))


def is_special(tensor: Tensor | None) -> bool:
    """Say whether a tensor is of a class of its own."""
    return tensor is not None and type(tensor) not in _PLAIN


def is_foreign(tensor: Tensor) -> bool:
    """Say whether a tensor computes in a way of its own, which knows torch's operators, but not ours.

    Where a compiler or a tracer is at work, tensors are of its own classes, and it knows our operators.
    """
    if torch.compiler.is_compiling() or type(tensor) in _PLAIN or torch._C._len_torch_dispatch_stack():
        return False
    own = type(tensor).__torch_dispatch__ is not Tensor.__torch_dispatch__
    return own or isinstance(tensor, torch.nn.Parameter)


def run_operator(
    cell: Cell,
    x: Tensor,
    states: States,
    weights: Weights,
    lengths: Tensor | None,
    *,
    reverse: bool,
) -> tuple[Tensor, States]:
    """Do what :func:`gatewise.nn.reference.run` does, through the dispatcher."""
    operator = OPERATORS[cell.operator]
    h, c = states if len(states) > 1 else (states[0], None)
    inputs = (x, h, c, *weights)
    save = torch.is_grad_enabled() and any(tensor is not None and tensor.requires_grad for tensor in inputs)
    # A tracer would make constants of sizes: what is not saved is computed again on the way back.
    save = save and (torch.compiler.is_compiling() or not torch._C._is_tracing())
    y, *last = operator.call(*inputs, lengths, reverse, operator.saved_sizes(x, h) if save else [])
    return y, tuple(last[: len(states)])


def run(
    cell: Cell,
    x: Tensor,
    states: States,
    weights: Weights,
    lengths: Tensor | None,
    *,
    reverse: bool,
) -> tuple[Tensor, States]:
    """Do what :func:`gatewise.nn.reference.run` does, on compiled kernels."""
    h, c = states if len(states) > 1 else (states[0], None)
    inputs: Inputs = (x, h, c, *weights)
    if _is_watched(inputs):
        return run_operator(cell, x, states, weights, lengths, reverse=reverse)
    save = torch.is_grad_enabled() and any(tensor is not None and tensor.requires_grad for tensor in inputs)
    operator = OPERATORS[cell.operator]
    if torch._C._are_functorch_transforms_active():
        y, *last = _TransformedRun.apply(operator, *inputs, lengths, reverse, SAVE)  # type: ignore[no-untyped-call]
    else:
        runs, inputs = prepare(operator.name, inputs, reverse)
        batch = runs.batch(lengths)
        if save:
            y, *last = _PlainRun.apply(operator, runs, batch, lengths, *inputs)  # type: ignore[no-untyped-call]
        else:
            y, *last = runs.forward(batch, inputs, save=False)
    return y, tuple(last[: len(states)])


def _is_watched(inputs: Sequence[Tensor | None]) -> bool:
    """Say whether a compiler, a tracer or a special kind of tensor is to see the operator."""
    return bool(
        torch.compiler.is_compiling()
        or torch._C._len_torch_dispatch_stack()
        or torch._C._is_tracing()
        or any(tensor is not None and type(tensor) not in _PLAIN for tensor in inputs)
    )


def _is_batched(tensor: Tensor) -> bool:
    """Say whether a tensor stands for many, for ``torch.autograd.grad(is_grads_batched=True)``."""
    return bool(torch._C._dispatch_keys(tensor).has(_BATCHED))


def _is_plain(tensor: Tensor) -> bool:
    """Say whether a tensor is nothing but that, so that an address leads to its numbers."""
    return type(tensor) in _PLAIN and not _is_batched(tensor)


class _PlainRun(torch.autograd.Function):
    """A run without torch's dispatcher, over plain tensors."""

    @staticmethod
    def forward(
        ctx: Any, operator: Operator, runs: Runs, batch: Batch, lengths: Tensor | None, *inputs: Any
    ) -> tuple[Tensor | None, ...]:
        y, h_n, c_n, gates, cells = runs.forward(batch, inputs, save=True)
        ctx.operator, ctx.runs, ctx.batch = operator, runs, batch
        # Going back uses the gates up: the thread that takes the ticket may, if several go back at once.
        ctx.tickets = [True]
        # Users may write to y, as they may to the outputs of torch's own RNN and GRU. An alias that does not count
        # what is written is kept, and beside it one that counts, but keeps no memory.
        ctx.counter, ctx.version = y.detach(), y._version
        ctx.counter.data = _NOTHING.to(y.dtype)
        ctx.save_for_backward(*inputs, lengths, y.data, gates, cells)
        ctx.set_materialize_grads(False)
        return (y, h_n, c_n) if runs.two else (y, h_n)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor | None) -> tuple[Tensor | None, ...]:
        runs, needs_x = ctx.runs, ctx.needs_input_grad[4]
        *inputs, lengths, y, gates, cells = ctx.saved_tensors
        plain = all(grad is None or _is_plain(grad) for grad in grads)
        if plain and not torch.is_grad_enabled() and ctx.counter._version == ctx.version:
            try:
                ctx.tickets.pop()
            except IndexError:
                pass
            else:
                found = runs.backward(ctx.batch, inputs, (y, gates, cells), grads, needs_x=needs_x)
                return (None, None, None, None, *found)
        operator = ctx.operator
        call: Callable[..., Any] = operator.backward
        if torch.is_grad_enabled():
            call = partial(_Back.apply, operator)
        if any(grad is not None and _is_batched(grad) for grad in grads):
            call = operator.backward_by_reference
        # Gates, cells and a layout without anything in them: they are computed again.
        nothing = [y.new_empty(0)] * 3
        kept = SimpleNamespace(saved_tensors=(*inputs, lengths, y, *nothing), reverse=runs.reverse)
        return (None, None, None, None, *operator.gradients(kept, call, needs_x, grads)[:7])


class _TransformedRun(torch.autograd.Function):
    """The same in the form that ``torch.func`` asks for, which knows no operators with a gradient in Python."""

    @staticmethod
    def forward(operator: Operator, *inputs: Any) -> tuple[Tensor, ...]:
        return operator.forward(*inputs)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        ctx.operator, *rest = inputs
        y, *others = output
        # A copy, since users may write to y.
        ctx.operator.keep(ctx, tuple(rest), (y.clone(), *others))

    @staticmethod
    def backward(ctx: Any, *grads: Tensor | None) -> tuple[Tensor | None, ...]:
        call = partial(_Back.apply, ctx.operator)
        return (None, *ctx.operator.gradients(ctx, call, ctx.needs_input_grad[1], grads))

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], operator: Operator, *inputs: Any) -> tuple[Any, Any]:
        return one_by_one(partial(_TransformedRun.apply, operator), info, in_dims[1:], inputs)


class _Back(torch.autograd.Function):
    """The way back, which can be differentiated once more."""

    @staticmethod
    def forward(operator: Operator, *inputs: Any) -> tuple[Tensor, ...]:
        return operator.backward(*inputs)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        ctx.operator, *rest = inputs
        ctx.operator.keep_for_backward(ctx, tuple(rest), output)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        return (None, *ctx.operator.differentiate_again(ctx, *grads))

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], operator: Operator, *inputs: Any) -> tuple[Any, Any]:
        return one_by_one(partial(_Back.apply, operator), info, in_dims[1:], inputs)
