"""Operators of cells without kernels: the reference behind one name, for compilers and exporters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from gatewise.nn import reference
from gatewise.nn.cells.base import Cell, Weights
from gatewise.nn.operators import flops
from gatewise.nn.operators.library import OPERATORS, Operator

__all__ = ["define"]


def define(cell: Cell) -> None:
    """Make the operator of a cell, ``gatewise::NAME``, and tell torch all about it; once for each kernel."""
    known = OPERATORS.get(cell.operator)
    if known is None or (cell.kernel is None and known.cell != cell):
        kind = _ByReference if cell.kernel is None else Operator
        OPERATORS[cell.operator] = kind(cell, cell.operator)
        flops.register(cell.operator)


def _differentiable() -> Any:
    """Have operators differentiate again: below an operator with a gradient of its own, torch leaves that out."""
    keys, set_of = torch._C.DispatchKey, torch._C.DispatchKeySet
    excluded = torch._C._dispatch_tls_local_exclude_set()
    for key in (keys.AutogradCPU, keys.ADInplaceOrView):
        excluded = excluded - set_of(key)
    return torch._C._ForceDispatchKeyGuard(torch._C._dispatch_tls_local_include_set(), excluded)


class _ByReference(Operator):
    """The same for a cell that has no kernels; nothing is saved, the way back runs forward once more."""

    def forward(
        self,
        x: Tensor,
        h_0: Tensor,
        c_0: Tensor | None,
        w: Tensor,
        u: Tensor,
        b_w: Tensor | None,
        b_u: Tensor | None,
        lengths: Tensor | None,
        reverse: bool,
        saved: Sequence[int],  # noqa: ARG002, there is nothing to save
    ) -> tuple[Tensor, ...]:
        states = (h_0,) if c_0 is None else (h_0, c_0)
        y, last = reference.run(self.cell, x, states, Weights(w, u, b_w, b_u), lengths, reverse=reverse)
        nothing = x.new_empty(0)
        cell_state = last[1] if len(last) > 1 else nothing
        # An operator must not give what it was given, as for a state that no step changed.
        outputs = (tensor.clone() for tensor in (y, last[0], cell_state))
        return (*outputs, nothing.clone(), nothing.clone(), torch.empty(0, dtype=torch.int64, device="cpu"))

    def saved_sizes(self, x: Tensor, h: Tensor) -> list[int]:  # noqa: ARG002
        return [0, 0, 0]

    def backward(self, *inputs: Any) -> tuple[Tensor, ...]:
        x, w, needs_x = inputs[3], inputs[6], inputs[12]
        with _differentiable():
            dx, dh_0, dc_0, dw, du, db_w, db_u = self.backward_by_reference(*inputs)
        absent = w.new_empty(w.shape[0])
        found = (
            dx if needs_x else x.new_empty(0),
            dh_0,
            x.new_empty(0) if dc_0 is None else dc_0,
            dw,
            du,
            absent if db_w is None else db_w,
            absent.clone() if db_u is None else db_u,
        )
        return tuple(w.new_empty(0) if tensor is None else tensor for tensor in found)
