"""A recurrent layer whose gates or states are held from a step on."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gatewise.errors import ConfigurationError
from gatewise.nn import Cell, Inside
from gatewise.nn.cells.base import States, Weights
from gatewise.nn.recurrent import Recurrent
from gatewise.nn.reference import reverse_rows
from gatewise.nn.state import State

__all__ = ["Clamp", "ClampedLayer", "is_finite"]

# Beyond what any weights bring against it, and the sigmoid of it is 0 or 1 to the bit.
SURE = 1e4
# Of a gate that was to have a value.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Clamp:
    """A gate, or the state ``h``, that has one value from a step on.

    Parameters
    ----------
    name : str
        A gate of the cell, such as "update", or "h".
    value : float
        From 0 to 1 for a gate.
    since : int, default 0
        The first step of the cell, from 0, at which it holds; backward it holds from there to the first step.
    unit : int, optional
        From 0; all by default.
    layer : int, default 1
        From 1, the lowest.
    direction : {"forward", "backward"}, default "forward"
    """

    name: str
    value: float
    since: int = 0
    unit: int | None = None
    layer: int = 1
    direction: str = "forward"


class ClampedLayer(nn.Module):
    """A layer whose gates or states are held, step by step in plain torch.

    Attributes
    ----------
    found : list of Inside
        Of the last call, every layer and direction from the bottom up.
    """

    def __init__(self, layer: Recurrent, clamps: Sequence[Clamp], steps: int) -> None:
        super().__init__()
        self.layer, self.clamps = layer, tuple(clamps)
        self.found: list[Inside] = []
        for clamp in clamps:
            _check(clamp, layer, steps)

    def forward(
        self, input: Tensor, h_0: State | None = None, *, lengths: Tensor | Sequence[int] | None = None
    ) -> tuple[Tensor, State]:
        """Return output and state as the layer does, for a batch of one row."""
        self.found = []
        return self.layer.forward_by(self._run, input, h_0, lengths)

    def _run(
        self,
        cell: Cell,
        x: Tensor,
        states: States,
        weights: Weights,
        lengths: Tensor | None,
        *,
        reverse: bool,
    ) -> tuple[Tensor, States]:
        del lengths  # of one row all steps are real
        depth, direction = divmod(len(self.found), self.layer.directions)
        own = [
            clamp
            for clamp in self.clamps
            if (clamp.layer - 1, clamp.direction == "backward") == (depth, bool(direction))
        ]
        before, after, gates = _steps(
            cell, reverse_rows(x, None) if reverse else x, states, weights, own, reverse
        )

        def turned(parts: list[Tensor]) -> Tensor:
            stacked = torch.stack(parts)
            return reverse_rows(stacked, None) if reverse else stacked

        def named(parts: list[States]) -> dict[str, Tensor]:
            return {
                name: turned(list(one))
                for name, one in zip(cell.states, zip(*parts, strict=True), strict=True)
            }

        found = {name: turned([step[name] for step in gates]) for name in cell.gates}
        self.found.append(Inside(cell, depth, direction, x, named(before), named(after), found, weights))
        return self.found[-1].states[cell.states[0]], after[-1]


def _steps(
    cell: Cell, x: Tensor, states: States, weights: Weights, clamps: list[Clamp], reverse: bool
) -> tuple[list[States], list[States], list[dict[str, Tensor]]]:
    projected = nn.functional.linear(x, weights.input, weights.input_bias)
    before, after, gates = [], [], []
    for number, read in enumerate(projected.unbind(0)):
        time = len(x) - 1 - number if reverse else number
        now = [clamp for clamp in clamps if (time <= clamp.since if reverse else time >= clamp.since)]
        before.append(states)
        states, opened = cell.step(_held(cell, read, states, weights, now), states, weights)
        states = (_with_states(states[0], now), *states[1:])
        after.append(states)
        gates.append(opened)
        _check_held(cell, opened, now)
    return before, after, gates


def _held(cell: Cell, projected: Tensor, states: States, weights: Weights, clamps: list[Clamp]) -> Tensor:
    """Return what the gates read of the input, such that together with the past it gives them their values.

    So a gate of any cell is held whose equation is ``σ(x W + b + h U + c)``.
    """
    size = states[0].shape[-1]
    projected = projected.clone()
    for clamp in clamps:
        if clamp.name not in cell.gates:
            continue
        first = cell.block_names.index(clamp.name) * size
        rows = (
            slice(first, first + size)
            if clamp.unit is None
            else slice(first + clamp.unit, first + clamp.unit + 1)
        )
        bias = None if weights.hidden_bias is None else weights.hidden_bias[rows]
        past = nn.functional.linear(states[0], weights.hidden[rows], bias)
        wanted = torch.tensor(float(clamp.value), device="cpu").logit().clamp(-SURE, SURE)
        projected[..., rows] = wanted - past
    return projected


def _with_states(h: Tensor, clamps: list[Clamp]) -> Tensor:
    for clamp in clamps:
        if clamp.name == "h":
            h = h.clone()
            h[..., slice(None) if clamp.unit is None else clamp.unit] = clamp.value
    return h


def _check(clamp: Clamp, layer: Recurrent, steps: int) -> None:
    cell, directions = layer.cell, ("forward", "backward")[: layer.directions]
    known = (*cell.gates, "h")
    if clamp.name not in known:
        raise ConfigurationError(f"clamp: {cell.name} has no {clamp.name!r}; it has {', '.join(known)}")
    if not is_finite(clamp.value):
        raise ConfigurationError(f"clamp: {clamp.name}: expected a finite number, got {clamp.value!r}")
    if clamp.name != "h" and not 0 <= clamp.value <= 1:
        raise ConfigurationError(f"clamp: {clamp.name}: expected a value from 0 to 1, got {clamp.value!r}")
    if not _is_from(1, clamp.layer, layer.num_layers):
        raise ConfigurationError(f"clamp: layer: expected 1 to {layer.num_layers}, got {clamp.layer!r}")
    if clamp.direction not in directions:
        raise ConfigurationError(
            f"clamp: direction: expected {' or '.join(directions)}, got {clamp.direction!r}"
        )
    if clamp.unit is not None and not _is_from(0, clamp.unit, layer.hidden_size - 1):
        raise ConfigurationError(f"clamp: unit: expected 0 to {layer.hidden_size - 1}, got {clamp.unit!r}")
    if not _is_from(0, clamp.since, steps - 1):
        raise ConfigurationError(f"clamp: since: expected a step from 0 to {steps - 1}, got {clamp.since!r}")


def _is_from(first: int, value: object, last: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and first <= value <= last


def _check_held(cell: Cell, gates: dict[str, Tensor], clamps: list[Clamp]) -> None:
    for clamp in clamps:
        if clamp.name not in gates:
            continue
        gate = gates[clamp.name][..., slice(None) if clamp.unit is None else clamp.unit]
        if bool(((gate - clamp.value).abs() > TOLERANCE).any()):
            raise ConfigurationError(
                f"clamp: {clamp.name} of {cell.name} cannot be held: its equation is not σ(x W + h U + b)"
            )


def is_finite(value: Any) -> bool:
    """Return whether a value is a number, and neither infinite nor NaN."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
