"""What gates do over whole sequences: how often they are open and shut, and for how long each unit remembers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gatewise.errors import DataError
from gatewise.estimators.tracing import LayerTrace, SequenceTrace
from gatewise.inspection.result import Result, Table
from gatewise.inspection.thresholds import OPEN, SHUT
from gatewise.inspection.traces import checked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["GateUse", "TimeScales", "gate_use", "time_scale", "time_scales"]

DURATIONS = (
    (86400.0, "days"),
    (3600.0, "hours"),
    (60.0, "minutes"),
    (1.0, "seconds"),
    (1e-3, "milliseconds"),
)


@dataclass(frozen=True)
class GateUse(Result):
    """What :func:`gate_use` found, one entry per gate and unit.

    Attributes
    ----------
    layer, direction, gate, unit : tuples
    mean : float64 array
        Over all steps of all sequences.
    open, shut : float64 arrays
        Share of steps with a value above 0.9, and below 0.1. Of a gate that keeps (the update gate of a GRU, the forget
        gate of an LSTM) these are the shares that keep and that forget: two things, which are not added.
    """

    layer: tuple[int, ...]
    direction: tuple[str, ...]
    gate: tuple[str, ...]
    unit: tuple[int, ...]
    mean: NDArray[np.float64]
    open: NDArray[np.float64]
    shut: NDArray[np.float64]

    def table(self) -> Table:
        """Return one row per gate and unit."""
        return vars(self)

    def draw(self, axes: Axes) -> None:
        """Draw a dot per unit: how often it is shut against how often it is open (Karpathy et al. 2015)."""
        names = np.array(self.gate)
        for gate in dict.fromkeys(self.gate):
            axes.scatter(self.open[names == gate], self.shut[names == gate], s=14, alpha=0.7, label=gate)
        axes.plot([0, 1], [1, 0], color="0.7", linewidth=0.8)
        axes.set(xlabel="share of steps above 0.9", ylabel="share of steps below 0.1")
        if self.gate:
            axes.legend(frameon=False)

    def __str__(self) -> str:
        names = np.array(self.gate)
        parts = [
            f"{gate} {100 * self.open[names == gate].mean():.0f} % above 0.9 and "
            f"{100 * self.shut[names == gate].mean():.0f} % below 0.1"
            for gate in dict.fromkeys(self.gate)
        ]
        return f"Gates, share of steps: {'; '.join(parts)}." if parts else "A cell without gates."


@dataclass(frozen=True)
class TimeScales(Result):
    """What :func:`time_scales` found, one entry per unit.

    Attributes
    ----------
    layer, direction, unit : tuples
    steps : float64 array
        Of the cell, after which 1/e of a state is left; infinite where all of it is kept.
    seconds : float64 array
        The same in seconds, NaN where steps are no fixed time.
    rows : float64 array
        The same in what the user calls a step, see ``unit_name``.
    unit_name : str
    """

    layer: tuple[int, ...]
    direction: tuple[str, ...]
    unit: tuple[int, ...]
    steps: NDArray[np.float64]
    seconds: NDArray[np.float64]
    rows: NDArray[np.float64]
    unit_name: str

    def table(self) -> Table:
        """Return one row per unit."""
        return {name: value for name, value in vars(self).items() if name != "unit_name"}

    def facts(self) -> dict[str, Any]:
        """Return what has no row."""
        return {"unit": self.unit_name}

    def draw(self, axes: Axes) -> None:
        """Draw the units in the order of their time scales."""
        places = np.array(
            [f"{layer} {direction}" for layer, direction in zip(self.layer, self.direction, strict=True)]
        )
        for place in dict.fromkeys(places.tolist()):
            found = np.sort(self.rows[places == place])
            axes.plot(np.arange(1, len(found) + 1), found, marker=".", label=f"layer {place}")
        axes.set(xlabel="units in order", ylabel=f"time scale, {self.unit_name}s", yscale="log")
        axes.legend(frameon=False)

    def __str__(self) -> str:
        size, name = 1.0, f"{self.unit_name}s"
        values = self.rows
        if not np.isnan(self.seconds).any():
            values = self.seconds
            middle = float(np.quantile(values, 0.5, method="nearest"))
            size, name = next((one for one in DURATIONS if one[0] <= middle), DURATIONS[-1])
        low, middle, high = np.quantile(values, [0.1, 0.5, 0.9], method="nearest") / size
        return (
            f"Time scales of {len(values)} units: a tenth below {low:.3g}, half below {middle:.3g}, a tenth above "
            f"{high:.3g} {name}."
        )


def gate_use(traces: Sequence[SequenceTrace]) -> GateUse:
    """Count how often each gate of each unit is open and shut.

    Parameters
    ----------
    traces : sequence of SequenceTrace
        Of one network: ``model.trace(X)``.

    References
    ----------
    Karpathy, Johnson & Fei-Fei 2015, "Visualizing and understanding recurrent networks", figure 3.

    Examples
    --------
    >>> import gatewise, numpy
    >>> from gatewise.inspection import gate_use
    >>> X = [numpy.sin(numpy.arange(length) / 3)[:, None] for length in range(20, 40)]
    >>> config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=5))
    >>> model = gatewise.SequenceClassifier("GRU", hidden_size=4, bidirectional=False, random_state=0, config=config)
    >>> found = gate_use(model.fit(X, [length % 2 for length in range(20, 40)]).trace(X))
    >>> found.gate[0], len(found.mean)
    ('update', 8)
    """
    rows = []
    for layers in _places(checked(traces)):
        for gate in layers[0].gates:
            values = np.concatenate([layer.gates[gate] for layer in layers]).astype(np.float64)
            shares = zip(values.mean(0), (values > OPEN).mean(0), (values < SHUT).mean(0), strict=True)
            rows += [
                (layers[0].layer, layers[0].direction, gate, unit, *three)
                for unit, three in enumerate(shares)
            ]
    layer, direction, gates, unit, *numbers = zip(*rows, strict=True) if rows else ((),) * 7
    mean, above, below = (np.array(one, np.float64) for one in numbers)
    return GateUse(layer, direction, gates, unit, mean, above, below)


def time_scales(traces: Sequence[SequenceTrace]) -> TimeScales:
    """Measure for how long each unit remembers, from the gate that keeps its state.

    Equation, for the values ``k`` of that gate over all steps of all sequences::

        τ = −1 / ln(geometric mean of k)        after τ steps 1/e of a state is left

    Parameters
    ----------
    traces : sequence of SequenceTrace
        Of one network: ``model.trace(X)``.

    Raises
    ------
    DataError
        The cell has no gate that keeps, as the RNN; see :func:`gatewise.inspection.gradient_by_lag` for these.

    References
    ----------
    Tallec & Ollivier 2018, "Can recurrent neural networks warp time?"
    """
    traces = checked(traces)
    axis = traces[0].axis
    rows: list[tuple[int, str, int, float]] = []
    for layers in _places(traces):
        if layers[0].kept is None:
            raise DataError(
                f"time_scales: the {layers[0].cell} has no gate that keeps its state; gradient_by_lag tells how far "
                "back it is felt"
            )
        steps = time_scale([kept for layer in layers if (kept := layer.kept) is not None])
        rows += [(layers[0].layer, layers[0].direction, unit, float(one)) for unit, one in enumerate(steps)]
    layer, direction, unit, steps_of = zip(*rows, strict=True)
    found = np.array(steps_of)
    seconds = found * (np.nan if axis.seconds is None else axis.seconds)
    return TimeScales(layer, direction, unit, found, seconds, found * axis.size, axis.unit)


def time_scale(kept: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    """Return τ of each unit from what its keep gate did, arrays of shape (steps, units)."""
    values = np.concatenate(kept).astype(np.float64)
    with np.errstate(divide="ignore"):
        mean = np.log(values).mean(0)
        scale: NDArray[np.float64] = np.where(mean < 0, -1 / mean, np.inf)
    return scale


def _places(traces: Sequence[SequenceTrace]) -> list[tuple[LayerTrace, ...]]:
    """Return for every layer and direction what it did with each sequence."""
    return list(zip(*(trace.layers for trace in traces), strict=True))
