"""Where a state was written: the share that each past step has in it, from what gates kept and let in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gatewise.errors import ConfigurationError
from gatewise.estimators.tracing import LayerTrace, SequenceTrace
from gatewise.inspection.jacobian import jacobians
from gatewise.inspection.result import Result, Table
from gatewise.inspection.traces import layer_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Retention", "half_lives", "retention"]


@dataclass(frozen=True)
class Retention(Result):
    """What :func:`retention` found.

    Attributes
    ----------
    shares : float64 array, shape (steps, units)
        Of the state after step ``at``: what each step wrote; zero for steps that it had not read.
    start : float64 array, shape (units,)
        Of the state before the first step.
    at : int
        From 0.
    labels : tuple of str
        Of the steps.
    measure : {"gates", "gradient"}
        Shares in closed form; or, for a cell without a gate that keeps, sizes of derivatives that were made to sum to
        one: another measure, not to be held against the first.
    model, layer, direction
    """

    shares: NDArray[np.float64]
    start: NDArray[np.float64]
    at: int
    labels: tuple[str, ...]
    measure: str
    model: str
    layer: int
    direction: str

    def table(self) -> Table:
        """Return one row per step: its label and its share in each unit."""
        units = {f"unit {unit}": self.shares[:, unit] for unit in range(self.shares.shape[1])}
        return {"step": range(len(self.shares)), "label": self.labels, **units}

    def facts(self) -> dict[str, Any]:
        """Return what has no row."""
        return {name: getattr(self, name) for name in ("model", "layer", "direction", "at", "measure")}

    def draw(self, axes: Axes) -> None:
        """Draw the shares of the mean unit and the middle half of them."""
        steps = np.arange(len(self.shares))
        low, middle, high = np.quantile(self.shares, [0.25, 0.5, 0.75], axis=1)
        axes.fill_between(steps, low, high, alpha=0.3, linewidth=0)
        axes.plot(steps, middle)
        axes.axvline(self.at, color="0.6", linewidth=0.8)
        axes.set(xlabel="step", ylabel=f"share ({self.measure})")

    def __str__(self) -> str:
        mean = self.shares.mean(1)
        most = int(mean.argmax())
        after, by = (repr(self.labels[step] or "the start") for step in (self.at, most))
        what = "was written" if self.measure == "gates" else "is felt from (gradient)"
        return (
            f"{self.model}, layer {self.layer} {self.direction}: the state after {after} {what} most at {by}, "
            f"{100 * mean[most]:.0f} % in the mean of {self.shares.shape[1]} units."
        )


def retention(
    trace: SequenceTrace, at: int = -1, *, layer: int | None = None, direction: str = "forward"
) -> Retention:
    """Say by which steps a state was written.

    Equations, for a unit whose gate keeps ``k_s`` of its state at step ``s`` and takes ``w_s`` of the candidate::

        share of step s in the state after step t   w_s · ∏_{u=s+1..t} k_u
        share of the start                          ∏_{u=1..t} k_u

    In a GRU, a coupled LSTM (CIFG) and an MGU ``w = 1 − k``, and all shares sum to one. In an LSTM ``w`` is the input
    gate, the state is ``c``, and they sum to what they do. A plain RNN has no such gates: there a share is the size of
    ∂h_t/∂(what step s wrote), over the sum of all, and ``measure`` says "gradient".

    Parameters
    ----------
    trace : SequenceTrace
    at : int, default the last step
        Step whose state is asked for.
    layer : int, default the highest
        From 1.
    direction : {"forward", "backward"}
        Backward, a state has read the steps from the end down to ``at``.

    Examples
    --------
    >>> import gatewise, numpy
    >>> from gatewise.inspection import retention
    >>> config = gatewise.LanguageModelConfig(training=gatewise.TrainingConfig(steps=20))
    >>> model = gatewise.LanguageModel("GRU", hidden_size=4, random_state=0, config=config).fit("abcd" * 50)
    >>> found = retention(model.trace("abcdab")[0])
    >>> bool(numpy.allclose(found.shares.sum(0) + found.start, 1))
    True
    """
    one = layer_of(trace, layer, direction)
    steps = len(one.input)
    if isinstance(at, bool) or not isinstance(at, int | np.integer) or not -steps <= at < steps:
        raise ConfigurationError(f"at: expected a step from 0 to {steps - 1}, got {at!r}")
    at = int(at) % steps
    turn = direction == "backward"
    place = steps - 1 - at if turn else at
    if one.kept is None or one.written is None:
        found, start, measure = (*_by_gradient(one, place, turn), "gradient")
    else:
        kept, written = (
            np.asarray(part, np.float64)[:: -1 if turn else 1] for part in (one.kept, one.written)
        )
        # ∏ of what is kept from s + 1 to t, for all s at once, from the end.
        later = np.cumprod(kept[: place + 1][::-1], axis=0)[::-1]
        start = later[0]
        after = np.concatenate([later[1:], np.ones_like(later[:1])])
        found, measure = written[: place + 1] * after, "gates"
    shares = np.zeros((steps, found.shape[1]))
    shares[: place + 1] = found
    return Retention(
        shares[:: -1 if turn else 1], start, at, trace.axis.labels, measure, trace.model, one.layer, direction
    )


def half_lives(
    trace: SequenceTrace, *, layer: int | None = None, direction: str = "forward"
) -> NDArray[np.float64]:
    """Return after how many steps half of what each unit wrote at each step is gone.

    Interpolated within the step in which it happens, as if the gate worked evenly in it; infinite where more than half
    is left at the end of the sequence (backward, at its beginning).

    Returns
    -------
    float64 array, shape (steps, units)
    """
    one = layer_of(trace, layer, direction)
    if one.kept is None:
        raise ConfigurationError(
            f"half_lives: the {one.cell} has no gate that keeps its state; retention has a measure for it"
        )
    turn = -1 if direction == "backward" else 1
    with np.errstate(divide="ignore"):
        logs = np.log(np.asarray(one.kept, np.float64))[::turn]
    # A gate at exactly 0 forgets all: a sum of −∞ and +∞ would be none.
    total = np.cumsum(np.maximum(logs, -1e3), axis=0)
    found = np.full(total.shape, np.inf)
    for unit in range(total.shape[1]):
        falling = -total[:, unit]
        wanted = falling + np.log(2)
        place = np.searchsorted(falling, wanted)
        inside = place < len(falling)
        before = falling[np.maximum(place - 1, 0)]
        reached = falling[np.minimum(place, len(falling) - 1)]
        part = np.divide(wanted - before, reached - before, where=reached > before, out=np.zeros_like(before))
        found[inside, unit] = (place - 1 - np.arange(len(falling)) + part)[inside]
    return found[::turn]


def _by_gradient(one: LayerTrace, place: int, turn: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sizes of ∂h_t/∂h_s for each unit of h_t, made to sum to one over the steps and the start."""
    each = jacobians(one)[:: -1 if turn else 1][: place + 1]
    units = one.state.shape[1]
    reached, sizes = np.eye(units), []
    for jacobian in each[::-1]:
        sizes.append(np.linalg.norm(reached, axis=1))
        reached = reached @ jacobian
    sizes.append(np.linalg.norm(reached, axis=1))
    found = np.array(sizes[::-1])
    found /= np.maximum(found.sum(0), np.finfo(float).tiny)
    return found[1:], found[0]
