"""The compiled kernels as torch operators: one for each cell, with all that torch wants to know of one.

``torch.compile`` and ``torch.export`` see one operator where they would unroll time. Gradients come from a
second operator; its own, for those who differentiate twice, from the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from gatewise.errors import ConfigurationError
from gatewise.nn import reference
from gatewise.nn.cells.base import Cell, Weights
from gatewise.nn.operators.runs import prepare

__all__ = ["OPERATORS", "SAVE", "Operator", "check_kernel", "one_by_one"]

# For runs that no compiler sees, where only its being there counts.
SAVE = (-1,)

_INPUTS = "Tensor x, Tensor h_0, Tensor? c_0, Tensor w, Tensor u, Tensor? b_w, Tensor? b_u"
_FORWARD = (
    f"({_INPUTS}, Tensor? lengths, bool reverse, SymInt[] saved) -> "
    "(Tensor y, Tensor h_n, Tensor c_n, Tensor gates, Tensor cells, Tensor layout)"
)
_BACKWARD = (
    f"(Tensor dy, Tensor dh_n, Tensor? dc_n, {_INPUTS}, Tensor? lengths, bool reverse, bool needs_x, "
    "Tensor y, Tensor gates, Tensor cells, Tensor layout) -> "
    "(Tensor dx, Tensor dh_0, Tensor dc_0, Tensor dw, Tensor du, Tensor db_w, Tensor db_u)"
)


def _nothing(other: Tensor) -> Tensor:
    """Make an empty tensor, of the other's type."""
    return other.new_empty(0)


class Operator:
    """What torch is told about the operators of one cell."""

    def __init__(self, cell: Cell, name: str) -> None:
        self.cell = cell
        self.name = name
        for operator, schema, run_, fake, differentiate, setup in (
            (
                f"gatewise::{name}",
                _FORWARD,
                self.forward,
                self.fake_forward,
                self.differentiate,
                self.keep,
            ),
            (
                f"gatewise::{name}_backward",
                _BACKWARD,
                self.backward,
                self.fake_backward,
                self.differentiate_again,
                self.keep_for_backward,
            ),
        ):
            torch.library.define(operator, schema)
            torch.library.impl(operator, "CPU", run_)
            torch.library.register_fake(operator, fake)
            torch.library.register_autograd(operator, differentiate, setup_context=setup)
            torch.library.register_vmap(operator, self._vmap_rule(operator))
        self.call = getattr(torch.ops.gatewise, name)
        self.call_backward = getattr(torch.ops.gatewise, f"{name}_backward")

    @staticmethod
    def _vmap_rule(name: str) -> Callable[..., tuple[Any, Any]]:
        call = getattr(torch.ops.gatewise, name.removeprefix("gatewise::"))
        return lambda info, in_dims, *inputs: one_by_one(call, info, in_dims, inputs)

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
        saved: Sequence[int],
    ) -> tuple[Tensor, ...]:
        """Run over time."""
        runs, inputs = prepare(self.name, (x, h_0, c_0, w, u, b_w, b_u), reverse)
        batch = runs.batch(lengths, own_table=True)
        room = self.saved_sizes(x, h_0)[:2] if saved else ()
        y, h_n, c_n, gates, cells = runs.forward(batch, inputs, save=bool(saved), room=room)
        found = (c_n, gates, cells) if saved else (c_n, None, None)
        table = torch.from_numpy(batch.table) if saved else torch.empty(0, dtype=torch.int64, device="cpu")
        return (y, h_n, *(_nothing(x) if one is None else one for one in found), table)

    def fake_forward(
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
        saved: Sequence[int],
    ) -> tuple[Tensor, ...]:
        """Give the shapes of what :meth:`forward` gives."""
        gates, cells, layout = saved or (0, 0, 0)
        return (
            x.new_empty(*x.shape[:2], h_0.shape[-1]),
            h_0.new_empty(h_0.shape),
            _nothing(x) if c_0 is None else c_0.new_empty(c_0.shape),
            x.new_empty(gates),
            x.new_empty(cells),
            x.new_empty(layout, dtype=torch.int64),
        )

    def saved_sizes(self, x: Tensor, h: Tensor) -> list[int]:
        """Count the numbers that a run saves: a part of the call, so that no compiler keeps outdated ones."""
        from gatewise.kernels.cells.registry import KERNELS
        from gatewise.kernels.record.sizes import saved_counts

        cell = KERNELS[self.name]
        return saved_counts(x.shape[0], x.shape[1], h.shape[-1], cell.stored, cell.states, x.element_size())

    def keep(self, ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        """Keep what the gradient needs: inputs, ``y``, and the last three outputs, which exist for this alone."""
        y, _, _, *saved = output
        *tensors, ctx.reverse, _ = inputs
        ctx.save_for_backward(*tensors, y, *saved)
        ctx.set_materialize_grads(False)
        ctx.mark_non_differentiable(*saved)

    def differentiate(self, ctx: Any, *grads: Tensor | None) -> tuple[Tensor | None, ...]:
        """Call the operator for gradients."""
        return self.gradients(ctx, self.call_backward, ctx.needs_input_grad[0], grads)

    def gradients(
        self, ctx: Any, call: Callable[..., Any], needs_x: bool, grads: tuple[Tensor | None, ...]
    ) -> tuple[Tensor | None, ...]:
        """Give the gradients of all inputs, as ``call`` computes them."""
        dy, *last = grads
        x, h_0, c_0, w, u, b_w, b_u, lengths, y, *saved = ctx.saved_tensors
        dh_n = torch.zeros_like(h_0) if last[0] is None else last[0]
        dc_n = None
        if c_0 is not None:
            dc_n = torch.zeros_like(c_0) if last[1] is None else last[1]
        dx, dh_0, dc_0, dw, du, db_w, db_u = call(
            torch.zeros_like(y) if dy is None else dy,
            dh_n,
            dc_n,
            *(x, h_0, c_0, w, u, b_w, b_u, lengths, ctx.reverse, needs_x),
            *(y, *saved),
        )
        return (
            dx if needs_x else None,
            dh_0,
            None if c_0 is None else dc_0,
            dw,
            du,
            None if b_w is None else db_w,
            None if b_u is None else db_u,
            *(None, None, None),
        )

    def backward(
        self,
        dy: Tensor,
        dh_n: Tensor,
        dc_n: Tensor | None,
        x: Tensor,
        h_0: Tensor,
        c_0: Tensor | None,
        w: Tensor,
        u: Tensor,
        b_w: Tensor | None,
        b_u: Tensor | None,
        lengths: Tensor | None,
        reverse: bool,
        needs_x: bool,
        y: Tensor,
        gates: Tensor,
        cells: Tensor,
        layout: Tensor,
    ) -> tuple[Tensor, ...]:
        """Take gradients back through a run, whose gates make room for theirs.

        Gates serve once: if these have, or if there are none, they are computed again.
        """
        runs, inputs = prepare(self.name, (x, h_0, c_0, w, u, b_w, b_u), reverse)
        # Torch does not see that the gates change: for it, this gives the same result every time.
        batch = None
        if layout.numel():
            gates_size, cells_size, _ = self.saved_sizes(x, h_0)
            gates = runs.check("saved gates", gates, (gates_size,))
            cells = runs.check("saved cells", cells, (cells_size,))
            batch = runs.saved_batch(layout)
        saved: tuple[Tensor | None, ...] = (runs.check("y", y, runs.output), gates, cells)
        if batch is None:
            batch = runs.batch(lengths)
            y, _, _, *again = runs.forward(batch, inputs, save=True)
            saved = (y, *again)
        found = runs.backward(batch, inputs, saved, (dy, dh_n, dc_n), needs_x=needs_x)
        return tuple(_nothing(x) if gradient is None else gradient for gradient in found)

    def fake_backward(self, *inputs: Any) -> tuple[Tensor, ...]:
        """Give the shapes of what :meth:`backward` gives."""
        _, _, _, x, h_0, c_0, w, u, *biases = inputs[:10]
        needs_x = inputs[12]
        return (
            x.new_empty(x.shape if needs_x else 0),
            h_0.new_empty(h_0.shape),
            _nothing(x) if c_0 is None else c_0.new_empty(c_0.shape),
            w.new_empty(w.shape),
            u.new_empty(u.shape),
            *(_nothing(x) if bias is None else bias.new_empty(bias.shape) for bias in biases),
        )

    def keep_for_backward(self, ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        """Keep the inputs of a run and of its gradient."""
        ctx.save_for_backward(*inputs[:11])
        ctx.reverse, ctx.needs_x = inputs[11:13]

    def differentiate_again(self, ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        """Differentiate the gradient of the reference, which can be done any number of times."""
        again = torch.is_grad_enabled()
        with torch.enable_grad():
            tensors = _aliases(ctx.saved_tensors)
            first = self.gradients_of_reference(*tensors, ctx.reverse, create_graph=True)
            # A gradient stands where its input does; that of x was computed only if x needs it.
            looked_at = (ctx.needs_x, *[True] * 6)
            pairs = [
                (gradient, grad)
                for gradient, grad, looked in zip(first, grads, looked_at, strict=True)
                if gradient is not None and looked
            ]
            second = iter(
                torch.autograd.grad(
                    [gradient for gradient, _ in pairs],
                    [tensor for tensor in tensors[:10] if tensor is not None],
                    [grad for _, grad in pairs],
                    create_graph=again,
                    allow_unused=True,
                )
            )
        results = [None if tensor is None else next(second) for tensor in tensors[:10]]
        return (*results, *[None] * 7)

    def gradients_of_reference(
        self,
        dy: Tensor,
        dh_n: Tensor,
        dc_n: Tensor | None,
        *inputs_lengths_reverse: Any,
        create_graph: bool = False,
    ) -> list[Tensor | None]:
        """Do what :meth:`backward` does, with the reference."""
        x, h_0, c_0, w, u, b_w, b_u, lengths, reverse = inputs_lengths_reverse[:9]
        inputs = (x, h_0, c_0, w, u, b_w, b_u)
        states = (h_0,) if c_0 is None else (h_0, c_0)
        y, last = reference.run(self.cell, x, states, Weights(w, u, b_w, b_u), lengths, reverse=reverse)
        present = [tensor for tensor in inputs if tensor is not None]
        outgoing = [tensor for tensor in (dy, dh_n, dc_n) if tensor is not None]
        found = iter(torch.autograd.grad((y, *last), present, outgoing, create_graph=create_graph))
        return [None if tensor is None else next(found) for tensor in inputs]

    def backward_by_reference(self, *inputs: Any) -> list[Tensor | None]:
        """Do what :meth:`backward` does for tensors that kernels cannot read."""
        with torch.enable_grad():
            return self.gradients_of_reference(*inputs[:3], *_aliases(inputs[3:10]), *inputs[10:12])


def _aliases(tensors: Sequence[Any]) -> list[Any]:
    """Tensors to differentiate by, in place of those that one may have been made from another.

    A state carried over from an earlier call depends on the same weights, and that path must not count here.
    """
    aliases = [None if tensor is None else tensor.view_as(tensor) for tensor in tensors]
    for tensor in aliases:
        if tensor is not None and tensor.is_floating_point() and not tensor.requires_grad:
            tensor.requires_grad_()
    return aliases


def one_by_one(
    call: Callable[..., Any], info: Any, in_dims: tuple[Any, ...], inputs: tuple[Any, ...]
) -> tuple[Any, tuple[int, ...]]:
    """Do what ``torch.func.vmap`` asks for: one call for each, since each may have its own weights."""
    results = [
        call(
            *(
                value.select(dim, index) if isinstance(value, Tensor) and dim is not None else value
                for value, dim in zip(inputs, in_dims, strict=True)
            )
        )
        for index in range(info.batch_size)
    ]
    stacked = tuple(torch.stack(tensors) for tensors in zip(*results, strict=True))
    return stacked, (0,) * len(stacked)


# By the name of the cell, since torch.compile does not follow look-ups of other things than strings.
OPERATORS: dict[str, Operator] = {}


def check_kernel(cell: Cell) -> None:
    """Refuse a cell that names kernels which there are not."""
    known = [name for name, operator in OPERATORS.items() if operator.cell.kernel]
    if cell.kernel is not None and cell.kernel not in known:
        raise ConfigurationError(
            f"cell {cell.name}: kernel: expected one of {', '.join(known)} or None, got {cell.kernel!r}"
        )
