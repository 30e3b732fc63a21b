"""The GRU whose reset gate acts before the product, as one operator with its backward pass written by hand.

torch has no operator for this cell, and recording a dozen small operations per step costs more than their
arithmetic. Here ``x W`` of all steps is one product per gate before the loop, ``dx``, ``dW`` and ``dU`` are
one each after it, and the loop works in place on memory allocated once. Every gate has a tensor of its own:
slices of a joint one are strided, and pointwise work on them is several times slower.
"""

from __future__ import annotations

from typing import Protocol, cast

import torch
from torch import Tensor

from gatewise.nn import reference
from gatewise.nn.reference import Weights

__all__ = ["scan_gru"]


def scan_gru(x: Tensor, h: Tensor, weights: Weights) -> Tensor:
    """Run ``reference.GRU`` forward in time over whole rows.

    Parameters
    ----------
    x : Tensor
        (time, batch, input).
    h : Tensor
        (batch, hidden), the initial state.
    weights : Weights
        In the layout of the reference.

    Returns
    -------
    Tensor
        (time, batch, hidden); the last step is the final state. Differentiable any number of times, from
        the second on through the reference.
    """
    if weights.input_bias is None or weights.hidden_bias is None:
        bias = x.new_zeros(weights.input.shape[0])
    else:
        # Before the product both biases only add up.
        bias = weights.input_bias + weights.hidden_bias
    return cast(Tensor, _ScanGRU.apply(x, h, weights.input, weights.hidden, bias))  # type: ignore[no-untyped-call]


class _Context(Protocol):
    """What torch hands from the forward to the backward pass."""

    saved_tensors: tuple[Tensor, ...]
    needs_input_grad: tuple[bool, ...]

    def save_for_backward(self, *tensors: Tensor) -> None: ...


class _ScanGRU(torch.autograd.Function):
    @staticmethod
    def forward(ctx: _Context, x: Tensor, h: Tensor, w: Tensor, u: Tensor, bias: Tensor) -> Tensor:
        time, batch, _ = x.shape
        size = h.shape[-1]
        rows = x.reshape(time * batch, -1)
        r, z, n = (
            torch.addmm(b, rows, gate.t()).view(time, batch, size)
            for b, gate in zip(bias.chunk(3), w.chunk(3), strict=True)
        )
        hs = x.new_empty(time, batch, size)
        rh = x.new_empty(time, batch, size)
        ur, uz, un = (gate.t() for gate in u.chunk(3))
        before = h
        for r_t, z_t, n_t, rh_t, after in zip(r, z, n, rh, hs, strict=True):
            r_t.addmm_(before, ur).sigmoid_()
            z_t.addmm_(before, uz).sigmoid_()
            torch.mul(r_t, before, out=rh_t)
            n_t.addmm_(rh_t, un).tanh_()
            torch.lerp(n_t, before, z_t, out=after)
            before = after
        ctx.save_for_backward(x, h, w, u, bias, r, z, n, hs, rh)
        return hs

    @staticmethod
    def backward(ctx: _Context, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (grad,) = grads
        if torch.is_grad_enabled():
            return _differentiable_backward(ctx, grad)
        x, h, w, u, _, r, z, n, hs, rh = ctx.saved_tensors
        time, batch, size = r.shape
        before = torch.cat((h.unsqueeze(0), hs[:-1]))

        # All that does not depend on the gradient from the future, for all steps at once; the loop
        # multiplies the rest onto it.
        keep = 1 - z
        dn = n.square().neg_().add_(1).mul_(keep)
        dz = (before - n).mul_(keep).mul_(z)
        dr = (1 - r).mul_(r).mul_(before)

        ur, uz, un = u.chunk(3)
        dh = torch.zeros_like(h)
        drh = torch.empty_like(h)
        backwards = (t.unbind(0)[::-1] for t in (grad, dr, dz, dn, r, z))
        for grad_t, dr_t, dz_t, dn_t, r_t, z_t in zip(*backwards, strict=True):
            dh.add_(grad_t)
            dn_t.mul_(dh)
            dz_t.mul_(dh)
            torch.mm(dn_t, un, out=drh)
            dr_t.mul_(drh)
            dh.mul_(z_t).addcmul_(drh, r_t).addmm_(dr_t, ur).addmm_(dz_t, uz)

        slopes = [t.view(time * batch, size) for t in (dr, dz, dn)]
        rows = x.reshape(time * batch, -1)
        inputs = [t.reshape(time * batch, size) for t in (before, before, rh)]
        dx = None
        if ctx.needs_input_grad[0]:
            wr, wz, wn = w.chunk(3)
            dx = torch.mm(slopes[0], wr).addmm_(slopes[1], wz).addmm_(slopes[2], wn).view_as(x)
        dw = torch.cat([d.t() @ rows for d in slopes])
        du = torch.cat([d.t() @ v for d, v in zip(slopes, inputs, strict=True)])
        return dx, dh, dw, du, torch.cat([d.sum(0) for d in slopes])


def _differentiable_backward(ctx: _Context, grad: Tensor) -> tuple[Tensor | None, ...]:
    # Aliases, because one input may have been made from another (a state carried over from an earlier
    # call with the same weights), and that path must not be counted here.
    x, h, w, u, bias = inputs = [tensor.view_as(tensor) for tensor in ctx.saved_tensors[:5]]
    nothing = torch.zeros_like(bias)
    outputs, _ = reference.run(reference.GRU, x, (h,), Weights(w, u, bias, nothing))
    needed = [tensor for tensor, need in zip(inputs, ctx.needs_input_grad, strict=True) if need]
    found = iter(torch.autograd.grad(outputs, needed, grad, create_graph=True))
    return tuple(next(found) if need else None for need in ctx.needs_input_grad)
