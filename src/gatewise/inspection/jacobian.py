"""The derivative of each state by the one before it, exact, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.func import jacrev, vmap

from gatewise.errors import DataError
from gatewise.estimators.tracing import LayerTrace
from gatewise.inspection.result import Result, Table
from gatewise.nn.cells.base import Weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["StateJacobians", "jacobians", "state_jacobians"]

# Numbers of Jacobians that are held at once while they are made.
MOST_NUMBERS = 2**24


@dataclass(frozen=True)
class StateJacobians(Result):
    """What :func:`state_jacobians` found.

    Attributes
    ----------
    norms : float64 array, shape (steps,)
        Largest factor by which a step can stretch a difference of states (the spectral norm).
    lyapunov : float
        Mean logarithm per step of what happens to a difference that is left alone: below 0 two states of the network
        under the same input become one, above 0 they part.
    labels : tuple of str
    """

    norms: NDArray[np.float64]
    lyapunov: float
    labels: tuple[str, ...]

    def table(self) -> Table:
        """Return one row per step."""
        return {"step": range(len(self.norms)), "norm": self.norms}

    def facts(self) -> dict[str, Any]:
        """Return what has no row."""
        return {"lyapunov": self.lyapunov}

    def draw(self, axes: Axes) -> None:
        """Draw the norms over time."""
        axes.plot(self.norms)
        axes.axhline(1.0, color="0.6", linewidth=0.8)
        axes.set(xlabel="step", ylabel="largest stretch of a step", yscale="log")

    def __str__(self) -> str:
        course = "fall to" if self.lyapunov < 0 else "grow to"
        return (
            f"Largest Lyapunov exponent {self.lyapunov:.3f} per step: small differences of states {course} "
            f"{np.exp(self.lyapunov):.3f} of themselves in a step; the largest stretch of one step is "
            f"{self.norms.max():.2f}."
        )


def state_jacobians(one: LayerTrace, labels: tuple[str, ...] = ()) -> StateJacobians:
    """Measure how each step of a layer stretches differences of states.

    Equations, for the state ``s`` (of an LSTM ``h`` and ``c``) and the step's function ``s_t = F(s_{t−1}, x_t)``::

        J_t = ∂s_t/∂s_{t−1}
        λ   = 1/T Σ_t ln ‖J_t v_{t−1}‖,   v_t = J_t v_{t−1} / ‖J_t v_{t−1}‖

    ``λ`` is taken from the second quarter of the sequence on, when ``v`` has turned to where it grows most.

    Parameters
    ----------
    one : LayerTrace
        A layer of ``model.trace(X)[k].layers``.

    References
    ----------
    Vogt et al. 2022, "On Lyapunov exponents for RNNs".
    """
    if not isinstance(one, LayerTrace):
        raise DataError(
            f"state_jacobians: expected a layer, model.trace(X)[0].layers[0], got {type(one).__name__}"
        )
    each = jacobians(one)
    if one.direction == "backward":
        each = each[::-1]
    vector: NDArray[np.float64] = np.random.default_rng(0).normal(size=(each.shape[1],))
    vector = vector / np.linalg.norm(vector)
    grown = []
    for number in range(len(each)):
        moved: NDArray[np.float64] = each[number] @ vector
        length = max(float(np.linalg.norm(moved)), float(np.finfo(float).tiny))
        grown.append(np.log(length))
        vector = moved / length
    settled = grown[len(grown) // 4 :]
    return StateJacobians(_norms(each), float(np.mean(settled)), labels)


def _norms(each: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest singular value of each matrix: a quarter of the time of all singular values."""
    norms: NDArray[np.float64] = np.sqrt(
        np.maximum(np.linalg.eigvalsh(each.swapaxes(1, 2) @ each)[:, -1], 0.0)
    )
    return norms


def jacobians(one: LayerTrace) -> NDArray[np.float64]:
    """Return ∂(all states after a step)/∂(all states before it) for every step, shape (steps, states, states).

    ``states`` counts the units of each state of the cell, ``h`` first. In float64.
    """
    parts = {name: torch.from_numpy(part).double() for name, part in one.weights.items()}
    weights = Weights(**parts)
    size = one.state.shape[1]
    read = torch.from_numpy(one.input).double()
    projected = torch.nn.functional.linear(read, weights.input, weights.input_bias)
    before = torch.cat([torch.from_numpy(part).double() for part in one.before.values()], dim=1)

    def after(states: Tensor, projected: Tensor) -> Tensor:
        return torch.cat(one.cell.step(projected, torch.split(states, size), weights)[0])

    chunk = max(1, MOST_NUMBERS // before.shape[1] ** 2)
    found = vmap(jacrev(after), chunk_size=chunk)(before, projected)
    jacobian: NDArray[np.float64] = found.numpy()
    return jacobian
