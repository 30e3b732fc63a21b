"""What must agree before anything is timed: every result with the equations in float64."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.layers.grid import Job
from benchmarks.layers.inputs import Array, Arrays, Inputs, draw
from gatewise.nn import cell_named, reference

__all__ = ["LIMIT", "LIMIT_OF_OURS", "expected", "fault"]

LIMIT = 1e-4
LIMIT_OF_OURS = 1e-5

_CELLS = {
    "rnn": "RNN",
    "lstm": "LSTM",
    "gru": "GRU",
    "gru-reset-after": "GRU-after",
}


def expected(job: Job) -> Arrays:
    """Outputs and final states, and all gradients if the job trains; by the equations, in float64."""
    inputs: Inputs = draw(job)

    def double(array: Array) -> torch.Tensor:
        return torch.from_numpy(array).double().requires_grad_(job.mode.trains)

    leaves = {"x": double(inputs.x)}
    leaves |= {f"{n}_0": double(state) for n, state in zip(job.cell.states, inputs.states, strict=True)}
    leaves |= {name: double(weight) for name, weight in inputs.weights.items()}
    lengths = None if inputs.lengths is None else torch.from_numpy(inputs.lengths)
    output, states = reference.run(
        cell_named(_CELLS[job.cell.name]),
        leaves["x"],
        tuple(leaves[f"{name}_0"] for name in job.cell.states),
        reference.Weights(*(leaves[name] for name in inputs.weights)),
        lengths,
    )
    found = {"output": output, **{f"{n}_n": s for n, s in zip(job.cell.states, states, strict=True)}}
    if job.mode.trains:
        gradients = torch.autograd.grad(
            output, list(leaves.values()), torch.from_numpy(inputs.cotangent).double()
        )
        found |= {f"d_{name}": gradient for name, gradient in zip(leaves, gradients, strict=True)}
    return {name: tensor.detach().numpy() for name, tensor in found.items()}


def fault(found: Arrays, wanted: Arrays, limit: float) -> str | None:
    """What differs by more than the limit, relative to the largest value of each array; None if nothing."""
    for name, right in wanted.items():
        if name not in found:
            return f"{name} is missing"
        if found[name].shape != right.shape:
            return f"{name} has the shape {found[name].shape}, expected {right.shape}"
        error = float(np.max(np.abs(found[name] - right)) / np.max(np.abs(right)))
        if not error <= limit:  # NaN is a fault, too
            return f"{name} is off by {error:.1e} of its largest value, allowed are {limit:.0e}"
    return None
