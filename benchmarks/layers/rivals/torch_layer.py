"""What layers with torch's interface share, ours and torch's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from benchmarks.layers.grid import Job
from benchmarks.layers.inputs import Arrays, Inputs
from benchmarks.layers.task import Task

__all__ = ["Forward", "State", "load", "results", "start_state", "whole"]

State = Tensor | tuple[Tensor, ...]
Forward = Callable[[Tensor, State], tuple[Tensor, State]]


def load(module: nn.Module, inputs: Inputs, suffix: str = "_l0") -> None:
    """Give a layer its weights."""
    module.load_state_dict({f"{name}{suffix}": torch.from_numpy(w) for name, w in inputs.weights.items()})


def start_state(inputs: Inputs) -> State:
    """The initial state of one layer, as torch wants it: (1, batch, hidden)."""
    states = tuple(torch.from_numpy(state).unsqueeze(0) for state in inputs.states)
    return states if len(states) > 1 else states[0]


def whole(forward: Forward, weights: list[Tensor], job: Job, inputs: Inputs) -> Task:
    """Run over whole sequences; for training, with the gradients of everything that goes in."""
    x, state, cotangent = torch.from_numpy(inputs.x), start_state(inputs), torch.from_numpy(inputs.cotangent)
    names = job.cell.states
    if not job.mode.trains:
        return Task(partial(forward, x, state), lambda got: results(names, *got), torch.inference_mode)
    leaves = [x, *_states(state), *weights]
    for leaf in leaves:
        leaf.requires_grad_()

    def step() -> tuple[Tensor, State, tuple[Tensor, ...]]:
        output, final = forward(x, state)
        return output, final, torch.autograd.grad(output, leaves, cotangent)

    def read(got: tuple[Tensor, State, tuple[Tensor, ...]]) -> Arrays:
        output, final, gradients = got
        inward = ["x", *(f"{name}_0" for name in names), *inputs.weights]
        found = {f"d_{name}": g.numpy() for name, g in zip(inward, gradients, strict=True)}
        found |= {f"d_{name}_0": found[f"d_{name}_0"][0] for name in names}
        return results(names, output, final) | found

    return Task(step, read)


def results(names: tuple[str, ...], output: Tensor, state: State) -> Arrays:
    """Output and final states of one layer by name."""
    finals = {f"{name}_n": s[0].detach().numpy() for name, s in zip(names, _states(state), strict=True)}
    return {"output": output.detach().numpy(), **finals}


def _states(state: State) -> tuple[Tensor, ...]:
    return (state,) if isinstance(state, Tensor) else tuple(state)
