"""What made one answer: how strongly each step of the input moves it, and what it would be without the step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.tracing import Answer, Shown, joined
from gatewise.inspection.chosen import one_of
from gatewise.inspection.networks import network_of, with_layer
from gatewise.inspection.result import Result, Table
from gatewise.nn.state import State

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Influence", "influence"]

MOST_PARTS, TOGETHER = 256, 64
MOST_COLUMNS = 32


@dataclass(frozen=True)
class Influence(Result):
    """What :func:`influence` found, one entry per part of the sequence.

    Attributes
    ----------
    labels : tuple of str
        The last step of each part.
    gradient : float64 array, shape (parts,)
        ‖∂ output / ∂x_s‖ of what the cell reads, summed over the part.
    left_out : float64 array, shape (parts,)
        The answer without the part, less the answer.
    columns : dict of str to float64 array, shape (parts,)
        The same where the part of one column alone is left out; empty where there is one column, or more than 32.
    answer : str
        Which answer, with its value.
    value : float
    """

    labels: tuple[str, ...]
    gradient: NDArray[np.float64]
    left_out: NDArray[np.float64]
    columns: dict[str, NDArray[np.float64]]
    answer: str
    value: float

    def table(self) -> Table:
        """Return one row per part."""
        return {"label": self.labels, "gradient": self.gradient, "left out": self.left_out, **self.columns}

    def facts(self) -> dict[str, Any]:
        """Return what has no row."""
        return {"answer": self.answer, "value": self.value}

    def draw(self, axes: Axes) -> None:
        """Draw what leaving out each part does."""
        places = np.arange(len(self.labels))
        axes.bar(places, self.left_out, width=0.9)
        every = max(1, len(places) // 12)
        axes.set_xticks(
            places[::every], [self.labels[place] for place in places[::every]], rotation=30, ha="right"
        )
        axes.axhline(0.0, color="0.6", linewidth=0.8)
        axes.set(ylabel="change without it")

    def __str__(self) -> str:
        answer = self.answer[:1].upper() + self.answer[1:]
        if not self.left_out.any():
            return f"{answer} is {self.value:.4g}; without any one part it stays as it is."
        order = np.argsort(-np.abs(self.left_out), kind="stable")[:3]
        most = ", ".join(
            f"{self.labels[place] or 'the start'!r} ({self.left_out[place]:+.3g})" for place in order
        )
        return f"{answer} is {self.value:.4g}; without one part it changes most at {most}."


def influence(
    model: Any,
    X: Any = None,
    *,
    sequence: int | str | None = None,
    answer: str | None = None,
    at: int | None = None,
    member: int = 0,
    parts: int | None = None,
) -> Influence:
    """Say which steps and columns of a sequence made one answer of a network.

    Two measures, of which the second is the one to believe where they differ::

        gradient    ‖∂ output / ∂x_s‖                       what a small change at step s would do
        left out    answer(x without step s) − answer(x)    what the step does

    "Without" puts values on the straight line between their neighbours, makes words and symbols unknown, and sounds
    silent: what stands there still has to be something.

    Parameters
    ----------
    model : estimator
        Fitted, with networks.
    X : what ``predict`` takes
    sequence : int or str, optional
        Which of its sequences, series or documents: its number from 1, or its name; the first by default.
    answer : str, optional
        A class, label or symbol, or a forecast row by its stamp; by default the most probable one, the value, or the
        mean of all forecast rows.
    at : int, optional
        Step whose answer it is, where there is one at every step; the last by default.
    member : int, default 0
    parts : int, optional
        Into how many the sequence is cut, at least two; one for each step of the cell at most, and by default, up
        to 256.

    Raises
    ------
    ConfigurationError
        There is no such answer, step or number of parts, or the model has no network.
    DataError
        There is no such sequence, or it has one step, without which there is nothing.

    References
    ----------
    Li, Monroe & Jurafsky 2016, "Understanding neural networks through representation erasure".
    """
    network = network_of(model, member)
    shown = one_of(model, X, sequence)
    with torch.inference_mode():
        whole = model.said(network, shown)
    place, name = _place(whole, answer, at)
    value = float(whole.values[place].mean())
    units, size = len(shown.given), shown.axis.size
    steps = len(shown.axis)
    if steps < 2:
        raise DataError(
            "influence: expected a sequence of several steps, got one: without it there is nothing"
        )
    if parts is not None and (isinstance(parts, bool) or not isinstance(parts, int) or parts < 2):
        raise ConfigurationError(f"parts: expected a number from 2, got {parts!r}")
    count = min(steps, MOST_PARTS if parts is None else parts)
    edges = np.unique(np.linspace(0, steps, count + 1).astype(int))

    spans = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))

    def without(channel: int | None) -> NDArray[np.float64]:
        found: list[float] = []
        for begin in range(0, len(spans), TOGETHER):
            parts = [
                model.without(shown, first * size, min(last * size, units), channel).batch
                for first, last in spans[begin : begin + TOGETHER]
            ]
            with torch.inference_mode():
                found += [float(one[place].mean()) for one in model.answers(network, joined(parts))]
        return np.array(found) - value

    columns = {name: without(number) for number, name in enumerate(_columns(model, shown))}
    sizes = _gradient(network, shown, place, whole.values.ndim)
    return Influence(
        labels=tuple(shown.axis.labels[last - 1] for _, last in spans),
        gradient=np.array([sizes[first:last].sum() for first, last in spans]),
        left_out=without(None),
        columns=columns,
        answer=name,
        value=value,
    )


def _columns(model: Any, shown: Shown) -> list[str]:
    """Return the names of columns that can be left out alone, numbers where they have none; nothing of a single one."""
    if not isinstance(shown.given, np.ndarray) or getattr(model, "kind_", "") == "audio":
        return []
    width = shown.given.shape[1]
    if not 1 < width <= MOST_COLUMNS:
        return []
    return list(shown.channels) if len(shown.channels) == width else [f"channel {k}" for k in range(width)]


def _place(found: Answer, answer: str | None, at: int | None) -> tuple[Any, str]:
    """Return where among the values the answer stands, and what it is called."""
    values = found.values
    steps = len(values) if values.ndim == 2 else None
    if steps is None and at is not None:
        raise ConfigurationError("at: there is one answer for the whole sequence; leave it out")
    at = -1 if at is None else at
    if steps is not None and not (isinstance(at, int) and -steps <= at < steps):
        raise ConfigurationError(f"at: expected a step from 0 to {steps - 1}, got {at!r}")
    row = values if steps is None else values[at]
    if answer is None:
        if found.what == "value" and len(row) > 1:
            return slice(None), "the mean forecast"
        column = int(row.argmax()) if found.what == "probability" else 0
    elif answer in found.names:
        column = found.names.index(answer)
    else:
        known = ", ".join(map(repr, found.names[:12])) + (", …" if len(found.names) > 12 else "")
        raise ConfigurationError(f"answer: expected one of {known}, got {answer!r}")
    name = found.names[column] if found.what == "value" else f"the {found.what} of {found.names[column]!r}"
    return (column if steps is None else (at, column)), name


class _Leaf(nn.Module):
    """A layer whose input is a leaf, so that a gradient arrives there."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer
        self.leaf: Tensor | None = None

    def forward(self, input: Tensor, h_0: State | None = None, **options: Any) -> Any:
        self.leaf = input.detach().requires_grad_()
        return self.layer(self.leaf, h_0, **options)


def _gradient(network: Any, shown: Shown, place: Any, axes: int) -> NDArray[np.float64]:
    """Return ‖∂ output / ∂x_s‖ at each step of the cell; of a probability, of the score that it is made of."""
    leaf = _Leaf(network.cell)
    with torch.enable_grad(), with_layer(network, leaf):
        output = network(shown.batch)[0]
        if output.ndim > axes:
            output = output[..., 0]  # of a forecast the median
        output[place].mean().backward()
        assert leaf.leaf is not None
        assert leaf.leaf.grad is not None
        found: NDArray[np.float64] = leaf.leaf.grad[0].double().norm(dim=-1).numpy()
    network.zero_grad(set_to_none=True)
    return found
