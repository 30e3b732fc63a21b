"""What a network would have done with a gate or a unit held fast, or with another input."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.tracing import LayerTrace, SequenceTrace, Shown, Traced
from gatewise.inspection.chosen import one_of
from gatewise.inspection.networks import network_of
from gatewise.nn import Cell, Inside
from gatewise.nn.cells.base import States, Weights
from gatewise.nn.recurrent import Recurrent
from gatewise.nn.reference import reverse_rows
from gatewise.nn.state import State

__all__ = ["Change", "Clamp", "what_if"]

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


@dataclass(frozen=True)
class Change:
    """Another value, or another word, in one place of the input.

    Parameters
    ----------
    step : int
        Of what the user gave, from 0: of a forecast's window, its row.
    value : float or str
        In the units of the input; a word or symbol where these are read.
    channel : int, default 0
        From 0; for a forecast only the target, 0.
    """

    step: int
    value: Any
    channel: int = 0


def what_if(
    model: Any, X: Any, *changes: Clamp | Change, sequence: int | str | None = None, member: int = 0
) -> SequenceTrace:
    """Run one network over one sequence with gates or units held fast, or with another input.

    Equations, for a clamp of a gate ``g`` of unit ``k`` to ``v`` from step ``s`` on, whatever the cell::

        g_t[k] = σ(a_t[k])       t < s
        g_t[k] = v               t ≥ s          all else as the cell's equations say, with this g

    and for a clamp of the state: ``h_t[k] = v`` for ``t ≥ s``, after the step, so that answer and next step get it.
    ``z = 1`` of a GRU or ``f = 1, i = 0`` of an LSTM stop its state, ``r = 0`` hides the past from the candidate.
    A changed input goes through all that the estimator does with inputs: scaling, patches, embedding. Of a forecast
    the window is scaled anew; known, past and static columns are held.

    Parameters
    ----------
    model : estimator
        Fitted, with a network.
    X : what ``predict`` takes, or a :class:`~gatewise.data.sequences.SequenceSet`
    *changes : Clamp or Change
        All at once; without any it is the trace of what was.
    sequence : int or str, optional
        Which of ``X``, by its number from 1 or its name; the first by default.
    member : int, default 0
        Which of the estimator's networks.

    Returns
    -------
    SequenceTrace
        As :meth:`trace` gives, of what would have been.

    Raises
    ------
    ConfigurationError
        The cell has no such gate, layer, direction or unit, a gate is to have a value outside 0 and 1, or the model
        has no cell.
    DataError
        There is no such sequence, step or channel, or the value cannot stand there.

    Examples
    --------
    A GRU that keeps all from step 5 on answers as if the sequence had ended there:

    >>> import gatewise, numpy
    >>> from gatewise.inspection import Clamp, what_if
    >>> random = numpy.random.default_rng(0)
    >>> X = [random.normal(size=(20, 1)) for _ in range(30)]
    >>> config = gatewise.ClassifierConfig(readout="last", training=gatewise.TrainingConfig(steps=5))
    >>> model = gatewise.SequenceClassifier("GRU", hidden_size=4, bidirectional=False, random_state=0, config=config)
    >>> model = model.fit(X, [int(x[0, 0] > 0) for x in X])
    >>> held = what_if(model, X, Clamp("update", 1, since=5)).answer.values
    >>> bool(abs(held - model.predict_proba([X[0][:5]])[0]).max() < 1e-6)
    True
    """
    network = network_of(model, member)
    shown = one_of(model, X, sequence)
    clamps = [one for one in changes if isinstance(one, Clamp)]
    for change in changes:
        if not isinstance(change, Clamp | Change):
            raise ConfigurationError(f"what_if: expected Clamp or Change, got {change!r}")
        if isinstance(change, Change):
            shown = _changed(model, shown, change)
    return clamped_trace(model, shown, network, clamps, member)


def clamped_trace(
    model: Traced, shown: Shown, network: Any, clamps: Sequence[Clamp], member: int = 0
) -> SequenceTrace:
    """Return what a network does with a sequence that is read already."""
    layer = network.cell
    network.cell = held = ClampedLayer(layer, clamps, len(shown.axis))
    try:
        with torch.inference_mode():
            answer = model.said(network, shown)
    finally:
        network.cell = layer
    return SequenceTrace(
        str(model.cell), shown.name, member, shown.axis, shown.given, shown.channels,
        tuple(LayerTrace.of(one) for one in held.found), replace(answer, truth=shown.truth),
    )  # fmt: skip


def _changed(model: Traced, shown: Shown, change: Change) -> Shown:
    units = len(shown.given)
    if not isinstance(change.step, int) or not 0 <= change.step < units:
        raise DataError(f"change: step: expected a number from 0 to {units - 1}, got {change.step!r}")
    channels = 1 if isinstance(shown.given, list) else shown.given.shape[1]
    if not 0 <= change.channel < channels:
        raise DataError(
            f"change: channel: expected a number from 0 to {channels - 1}, got {change.channel!r}"
        )
    words = isinstance(shown.given, list)
    if words and not isinstance(change.value, str):
        raise DataError(f"change: value: expected a word or symbol, got {change.value!r}")
    if not words and not _is_finite(change.value):
        raise DataError(f"change: value: expected a finite number, got {change.value!r}")
    return model.changed(shown, change.step, change.channel, change.value)


def _is_finite(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


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
        wanted = torch.tensor(float(clamp.value)).logit().clamp(-SURE, SURE)
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
    if not _is_finite(clamp.value):
        raise ConfigurationError(f"clamp: {clamp.name}: expected a finite number, got {clamp.value!r}")
    if clamp.name != "h" and not 0 <= clamp.value <= 1:
        raise ConfigurationError(f"clamp: {clamp.name}: expected a value from 0 to 1, got {clamp.value!r}")
    if not 1 <= clamp.layer <= layer.num_layers:
        raise ConfigurationError(f"clamp: layer: expected 1 to {layer.num_layers}, got {clamp.layer!r}")
    if clamp.direction not in directions:
        raise ConfigurationError(
            f"clamp: direction: expected {' or '.join(directions)}, got {clamp.direction!r}"
        )
    if clamp.unit is not None and not 0 <= clamp.unit < layer.hidden_size:
        raise ConfigurationError(f"clamp: unit: expected 0 to {layer.hidden_size - 1}, got {clamp.unit!r}")
    if not 0 <= clamp.since < steps:
        raise ConfigurationError(f"clamp: since: expected a step from 0 to {steps - 1}, got {clamp.since!r}")


def _check_held(cell: Cell, gates: dict[str, Tensor], clamps: list[Clamp]) -> None:
    for clamp in clamps:
        if clamp.name not in gates:
            continue
        gate = gates[clamp.name][..., slice(None) if clamp.unit is None else clamp.unit]
        if bool(((gate - clamp.value).abs() > TOLERANCE).any()):
            raise ConfigurationError(
                f"clamp: {clamp.name} of {cell.name} cannot be held: its equation is not σ(x W + h U + b)"
            )
