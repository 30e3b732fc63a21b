"""The numbers that every contestant computes with, the same in every process."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.layers.grid import Job, Mode

__all__ = ["Array", "Arrays", "Inputs", "draw"]

Array = NDArray[np.float32]
Arrays = dict[str, Array]


@dataclass(frozen=True)
class Inputs:
    """Input, weights in torch's layout, initial states, and the gradient of the output.

    Attributes
    ----------
    x : array
        (time, batch, input).
    weights : dict of str to array
        ``weight_ih`` (blocks · hidden, input), ``weight_hh``, ``bias_ih``, ``bias_hh``.
    states : tuple of array
        (batch, hidden) each.
    cotangent : array
        (time, batch, hidden): the gradient of the loss with respect to the output.
    lengths : array or None
        (batch,), uniform in 1…T, if the job is ragged.
    """

    x: Array
    weights: Arrays
    states: tuple[Array, ...]
    cotangent: Array
    lengths: NDArray[np.int64] | None

    @property
    def steps(self) -> int:
        """Steps with data, of all rows."""
        time, batch, _ = self.x.shape
        return time * batch if self.lengths is None else int(self.lengths.sum())


def draw(job: Job) -> Inputs:
    """Draw them; weights as torch's layers start with, so that states neither die nor explode."""
    random = np.random.default_rng(0)
    shape, rows = job.shape, job.cell.blocks * job.shape.hidden

    def normal(*sizes: int) -> Array:
        return random.standard_normal(sizes, dtype=np.float32)

    def weight(*sizes: int) -> Array:
        bound = shape.hidden**-0.5
        return random.uniform(-bound, bound, sizes).astype(np.float32)

    return Inputs(
        x=normal(shape.time, shape.batch, shape.input),
        weights={
            "weight_ih": weight(rows, shape.input),
            "weight_hh": weight(rows, shape.hidden),
            "bias_ih": weight(rows),
            "bias_hh": weight(rows),
        },
        states=tuple(0.5 * normal(shape.batch, shape.hidden) for _ in job.cell.states),
        cotangent=normal(shape.time, shape.batch, shape.hidden),
        lengths=random.integers(1, shape.time, shape.batch, endpoint=True)
        if job.mode is Mode.RAGGED
        else None,
    )
