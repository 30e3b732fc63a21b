"""The value of a gate or state of every unit over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gatewise.errors import ConfigurationError
from gatewise.estimators.tracing import LayerTrace, SequenceTrace
from gatewise.inspection.result import Result, Table
from gatewise.inspection.traces import layer_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["UnitValues", "named_values", "unit_values"]


@dataclass(frozen=True)
class UnitValues(Result):
    """What :func:`unit_values` gives.

    Attributes
    ----------
    values : float32 array, shape (steps, units)
    labels : tuple of str
        Of the steps.
    what, model, layer, direction
    """

    values: NDArray[np.float32]
    labels: tuple[str, ...]
    what: str
    model: str
    layer: int
    direction: str

    def table(self) -> Table:
        """Return one row per step, one column per unit."""
        units = {f"unit {unit}": self.values[:, unit] for unit in range(self.values.shape[1])}
        return {"step": range(len(self.values)), "label": self.labels, **units}

    def facts(self) -> dict[str, Any]:
        """Return what has no row."""
        return {name: getattr(self, name) for name in ("model", "layer", "direction", "what")}

    def draw(self, axes: Axes) -> None:
        """Draw units by steps, those that are highest in the mean above."""
        order = np.argsort(-self.values.mean(0), kind="stable")
        edge = max(1.0, float(np.abs(self.values).max()))
        low = -edge if float(self.values.min()) < 0 else 0.0
        shown = axes.imshow(
            self.values[:, order].T, aspect="auto", interpolation="nearest", vmin=low, vmax=edge,
            cmap="RdBu_r" if low else "viridis",
        )  # fmt: skip
        axes.set(xlabel="step", ylabel="units in order")
        axes.figure.colorbar(shown, ax=axes, label=self.what)

    def __str__(self) -> str:
        return (
            f"{self.model}, layer {self.layer} {self.direction}, {self.what}: {self.values.shape[1]} units over "
            f"{len(self.values)} steps, from {self.values.min():.3g} to {self.values.max():.3g}."
        )


def unit_values(
    trace: SequenceTrace, of: str = "state", *, layer: int | None = None, direction: str = "forward"
) -> UnitValues:
    """Give the value of a gate or state of every unit at every step.

    Parameters
    ----------
    trace : SequenceTrace
        Of ``model.trace(X)``.
    of : str, default "state"
        ``"state"``, the one that gates keep (``c`` of an LSTM, else ``h``), a state's name, or a gate's.
    layer : int, default the highest
        From 1.
    direction : {"forward", "backward"}

    Raises
    ------
    ConfigurationError
        The cell has no such gate or state, or there is no such layer.
    """
    one = layer_of(trace, layer, direction)
    return UnitValues(named_values(one, of), trace.axis.labels, of, trace.model, one.layer, direction)


def named_values(one: LayerTrace, of: str) -> NDArray[np.float32]:
    """Return a gate or state of a layer by its name, shape (steps, units)."""
    parts: dict[str, NDArray[np.float32]] = {"state": one.state, **one.states, **one.gates}
    if of not in parts:
        raise ConfigurationError(f"of: expected one of {', '.join(parts)}, got {of!r}")
    return parts[of]
