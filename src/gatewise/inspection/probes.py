"""Probes of a fitted network: that it sees no future, that its last observation counts, that streams agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from gatewise.inspection.chosen import one_of
from gatewise.inspection.modules import layer_of_module
from gatewise.inspection.networks import network_of
from gatewise.inspection.result import Result, Table
from gatewise.nn.recurrent import Recurrent
from gatewise.nn.state import State

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Probe", "Probes", "probe", "probe_layer"]

# Of float32 sums in another order.
TOLERANCE = 1e-4
CHUNKS = 3


@dataclass(frozen=True)
class Probe:
    """One question.

    Attributes
    ----------
    name : str
    expected : str
    difference : float
        The largest one of any output.
    passed : bool or None
        ``None`` where the question makes no sense, as of the future of a layer that reads from both ends.
    note : str
    """

    name: str
    expected: str
    difference: float
    passed: bool | None
    note: str = ""


@dataclass(frozen=True)
class Probes(Result):
    """What :func:`probe` found.

    Attributes
    ----------
    probes : tuple of Probe
    model : str
    """

    probes: tuple[Probe, ...]
    model: str

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return all(one.passed is not False for one in self.probes)

    def table(self) -> Table:
        """Return one row per probe."""
        return {name: [vars(one)[name] for one in self.probes] for name in vars(self.probes[0])}

    def facts(self) -> dict[str, Any]:
        """Return what has no row."""
        return {"model": self.model, "passed": self.passed}

    def draw(self, axes: Axes) -> None:
        """Draw the differences."""
        names = [one.name for one in self.probes]
        axes.barh(names, [max(one.difference, 1e-9) for one in self.probes])
        axes.axvline(TOLERANCE, color="0.6", linewidth=0.8)
        axes.set(xscale="log", xlabel="largest difference of an output")

    def __str__(self) -> str:
        words = {True: "yes", False: "NO", None: "does not apply"}
        parts = [f"{one.expected}: {words[one.passed]} ({one.difference:.1g})" for one in self.probes]
        return f"{self.model}: {'; '.join(parts)}."


def probe(model: Any, X: Any = None, *, sequence: int | str | None = None, member: int = 0) -> Probes:
    """Probe one network of a fitted estimator on a sequence.

    Parameters
    ----------
    model : estimator
        Fitted, with networks.
    X : what ``predict`` takes
    sequence : int or str, optional
        Its number from 1, or its name; the first by default.
    member : int, default 0

    Raises
    ------
    ConfigurationError
        The model has no network.
    DataError
        There is no such sequence.
    """
    network = network_of(model, member)
    shown = one_of(model, X, sequence)
    with torch.no_grad():
        tokens = network.tokens(shown.batch)
    return probe_layer(network.cell, tokens, name=str(model.cell))


def probe_layer(layer: nn.Module, input: Tensor, *, name: str | None = None) -> Probes:
    """Probe a layer on its input: one of ours, or of torch's.

    Questions: does what comes after the middle change an output before it; does the last observation change the last
    output; are whole rows, single steps and chunks with the state handed on the same.

    Parameters
    ----------
    layer : torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU, or a layer of :mod:`gatewise.nn`
        ``batch_first`` or not.
    input : Tensor
        A batch as the layer takes it.
    """
    found = layer_of_module(layer)
    was = found.training
    found.eval()
    try:
        with torch.no_grad():
            probes = _probes(found, input)
    finally:
        found.train(was)
    return Probes(probes, name or str(found.cell))


def _probes(layer: Recurrent, input: Tensor) -> tuple[Probe, ...]:
    time = 1 if layer.batch_first and input.dim() == 3 else 0
    steps = input.shape[time]
    generator = torch.Generator().manual_seed(0)

    def changed(first: int) -> Tensor:
        other = input.clone()
        rest = other.narrow(time, first, steps - first)
        rest.copy_(rest + torch.randn(rest.shape, generator=generator, device="cpu"))
        return other

    whole = layer(input)[0]
    middle = steps // 2
    before = (layer(changed(middle))[0] - whole).narrow(time, 0, middle)
    last = (layer(changed(steps - 1))[0] - whole).narrow(time, steps - 1, 1)
    future, moved = _most(before), _most(last)
    both = layer.bidirectional
    found = [
        Probe(
            "future",
            "what comes later changes nothing before it",
            future,
            None if both else future == 0,
            "it reads from both ends: every output knows the whole sequence" if both else "",
        ),
        Probe("last", "the last observation moves the answer", moved, moved > 0),
    ]
    if not both:
        by_steps, by_chunks = (_handed_on(layer, input, time, size) for size in (1, -(-steps // CHUNKS)))
        found += [
            Probe(
                "steps", "step by step is the same as whole", gap := _most(by_steps - whole), gap <= TOLERANCE
            ),
            Probe(
                "chunks", "in chunks is the same as whole", gap := _most(by_chunks - whole), gap <= TOLERANCE
            ),
        ]
    return tuple(found)


def _handed_on(layer: Recurrent, input: Tensor, time: int, size: int) -> Tensor:
    state: State | None = None
    parts = []
    for part in input.split(size, dim=time):  # type: ignore[no-untyped-call]  # torch leaves it untyped
        if size == 1:
            output, state = layer.step(part.squeeze(time), state)
            output = output.unsqueeze(time)
        else:
            output, state = layer(part.contiguous(), state)
        parts.append(output)
    return torch.cat(parts, time)


def _most(difference: Tensor) -> float:
    return float(difference.abs().max()) if difference.numel() else 0.0
