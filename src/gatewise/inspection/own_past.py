"""How far back a fitted network really looks: its error against the amount of past that is its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gatewise.errors import ConfigurationError
from gatewise.estimators.saving.fingerprint import not_asked_for_seen_data
from gatewise.inspection.networks import network_of
from gatewise.inspection.past import borrowed_past
from gatewise.inspection.result import Result, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Reach", "reach"]


@dataclass(frozen=True)
class Reach(Result):
    """What :func:`reach` found.

    Attributes
    ----------
    steps : int64 array
        Of the cell that are the sequence's own; the last entry is all of them.
    values : float64 array
    measure : str
    model : str
    """

    steps: NDArray[np.int64]
    values: NDArray[np.float64]
    measure: str
    model: str

    def table(self) -> Table:
        """Return one row per amount of past."""
        return {"steps": self.steps, self.measure: self.values}

    def facts(self) -> dict[str, Any]:
        """Return what has no row."""
        return {"model": self.model, "measure": self.measure}

    def draw(self, axes: Axes) -> None:
        """Draw the measure against the amount of past."""
        axes.plot(self.steps, self.values, marker="o")
        axes.set(xlabel="own steps of the past", ylabel=self.measure, xscale="log")

    def __str__(self) -> str:
        parts = ", ".join(
            f"{value:.4g} with {steps}" for steps, value in zip(self.steps, self.values, strict=True)
        )
        return f"{self.model}: {self.measure} by the steps that are a sequence's own: {parts} (all)."


def reach(
    model: Any, data: Any, y: Any = None, *, steps: Sequence[int] | None = None, measure: str | None = None
) -> Reach:
    """Measure a model's error where all that is older than some steps is another sequence's.

    Where the error does not change, the network makes nothing of what is older. Another past and not an empty one, see
    :class:`gatewise.inspection.past.BorrowedPast`.

    Parameters
    ----------
    model : estimator
        Fitted, with networks; all of them are measured together, as ``evaluate`` does.
    data, y : what ``evaluate`` takes
        With what should be answered.
    steps : sequence of int, optional
        Own steps of the cell, even, at least 2; by default doubled from 2 to half of the longest sequence.
    measure : str, optional
        A key of what ``evaluate`` returns; its first one by default.

    Raises
    ------
    ConfigurationError
        The model has no network, reads from both ends in several layers, or a number or measure does not fit.
    """
    network = network_of(model)
    if network.cell.bidirectional and network.cell.num_layers > 1:
        raise ConfigurationError(
            "reach: in several layers that read from both ends every state has seen the whole sequence"
        )
    longest = max(len(one.axis) for one in model.shown(data))
    if steps is None:
        wanted = [2**power for power in range(1, longest.bit_length()) if 2**power <= longest // 2]
    else:
        wanted = sorted(steps)
        wrong = [one for one in wanted if one < 2 or one % 2 or one >= longest]
        if wrong:
            raise ConfigurationError(
                f"steps: expected even numbers from 2 to below {longest}, got {wrong[0]}"
            )
    values = []
    for own in [*wanted, None]:
        with ExitStack() as stack:
            stack.enter_context(not_asked_for_seen_data())
            for one in model.networks_ if own is not None else ():
                stack.enter_context(borrowed_past(one, own))
            found = model.evaluate(data) if y is None else model.evaluate(data, y)
        name = next(iter(found)) if measure is None else measure
        if name not in found:
            raise ConfigurationError(f"measure: expected one of {', '.join(found)}, got {measure!r}")
        values.append(found[name])
    return Reach(np.array([*wanted, longest]), np.array(values), name, str(model.cell))
