"""How far back a fitted network can learn: the gradient by lag, before its training and after it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from gatewise.errors import ConfigurationError, DataError
from gatewise.inspection.gradients import GradientFlow, gradient_flow
from gatewise.inspection.modules import layer_of_module
from gatewise.inspection.networks import network_of
from gatewise.inspection.result import Result, Table
from gatewise.models.device import on_cpu
from gatewise.nn.recurrent import Recurrent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["GradientByLag", "gradient_by_lag"]

ENDS = 4


@dataclass(frozen=True)
class GradientByLag(Result):
    """What :func:`gradient_by_lag` found.

    Attributes
    ----------
    before, after : GradientFlow
        Of an untrained network of the same kind, and of the trained one.
    clipped : float
        Share of the updates of the training whose gradient was clipped; NaN of a model that was loaded.
    model : str
    """

    before: GradientFlow
    after: GradientFlow
    clipped: float
    model: str

    def table(self) -> Table:
        """Return one row per lag."""
        lags = range(len(self.after.norms))
        return {"lag": lags, "untrained": self.before.norms, "trained": self.after.norms}

    def facts(self) -> dict[str, Any]:
        """Return what has no row."""
        return {
            "model": self.model,
            "half-life": self.after.half_life,
            "left": self.after.left,
            "left, untrained": self.before.left,
            "clipped": self.clipped,
        }

    def draw(self, axes: Axes) -> None:
        """Draw both curves."""
        axes.plot(self.before.norms, linestyle="--", label="untrained")
        axes.plot(self.after.norms, label="trained")
        axes.set(xlabel="lag, steps of the cell", ylabel="gradient", yscale="log")
        axes.legend(frameon=False)

    def __str__(self) -> str:
        half = self.after.half_life
        first = f"half of it is gone after {half}" if half is not None else "never halved"
        clipped = (
            "" if np.isnan(self.clipped) else f"; {100 * self.clipped:.0f} % of its updates were clipped"
        )
        return (
            f"{self.model}: over {len(self.after.norms) - 1} steps back {self.after.left:.2g} of the gradient is left "
            f"({first}); before training {self.before.left:.2g}{clipped}."
        )


def gradient_by_lag(
    model: Any, X: Any = None, *, member: int = 0, ends: int = ENDS, random_state: int = 0
) -> GradientByLag:
    """Measure ‖∂loss_t/∂h_{t−k}‖ of a fitted network by the lag ``k``, in units of lag 0.

    Exact, from several ends at once, over all sequences as long as the longest; see
    :func:`gatewise.inspection.gradients.gradient_flow`. The loss is any that reads the state after step ``t``: a random
    direction for every sequence. "Before training" is a network of the same kind with other random weights.

    Parameters
    ----------
    model : estimator, or torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU, or a layer of :mod:`gatewise.nn`
        Fitted, with networks; of a layer, or of several, the first is looked into, of two directions the forward one.
    X : what ``predict`` takes; of a layer its input, a tensor
    member : int, default 0
    ends : int, default 4
        Steps from which is measured.
    random_state : int, default 0
        Of the untrained weights, and of the directions.

    Raises
    ------
    ConfigurationError
        The model has no network, or ``ends`` is below 1.
    """
    if isinstance(ends, bool) or not isinstance(ends, int) or ends < 1:
        raise ConfigurationError(f"ends: expected a number from 1, got {ends!r}")
    if isinstance(model, nn.Module):
        return _of_module(layer_of_module(model), X, ends, random_state)
    network = network_of(model, member)
    shown = list(model.shown(X))
    longest = max(len(one.axis) for one in shown)
    batches = [one.batch for one in shown if len(one.axis) == longest]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(random_state)
        with on_cpu():
            untrained = model._build(network.shape).eval()

    def flow(network: Any) -> GradientFlow:
        with torch.no_grad():
            tokens = torch.cat([network.tokens(batch) for batch in batches])
        return gradient_flow(network.cell, tokens, ends=ends, random_state=random_state)

    histories = getattr(model, "histories_", None) or []
    clipped = histories[member].clip_rate if member < len(histories) else np.nan
    return GradientByLag(flow(untrained), flow(network), clipped, str(model.cell))


def _of_module(layer: Recurrent, input: Any, ends: int, random_state: int) -> GradientByLag:
    if not isinstance(input, Tensor):
        raise DataError(f"X: expected the layer's input, a tensor, got {type(input).__name__}")
    untrained = copy.deepcopy(layer)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(random_state)
        untrained.reset_parameters()
    before, after = (
        gradient_flow(one, input, ends=ends, random_state=random_state) for one in (untrained, layer)
    )
    return GradientByLag(before, after, np.nan, str(layer.cell))
