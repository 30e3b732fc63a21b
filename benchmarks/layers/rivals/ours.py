"""gatewise.nn, whatever backend it chooses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from benchmarks.layers.grid import Job, Mode
from benchmarks.layers.inputs import Inputs
from benchmarks.layers.rivals.torch_layer import State, load, results, start_state, whole
from benchmarks.layers.task import Task
from gatewise import __version__
from gatewise.nn import GRU, LSTM, RNN, Recurrent

__all__ = ["VERSION", "prepare"]

VERSION = __version__


def prepare(job: Job, inputs: Inputs, threads: int) -> Task:
    """One layer of ours with these weights."""
    torch.set_num_threads(threads)
    layer = _layer(job)
    load(layer, inputs)
    if job.mode is Mode.STEP:
        advance = stream(layer, torch.from_numpy(inputs.x[0]), start_state(inputs))
        return Task(advance, lambda got: results(job.cell.states, got[0][None], got[1]), torch.inference_mode)
    lengths = None if inputs.lengths is None else torch.from_numpy(inputs.lengths)
    return whole(partial(layer, lengths=lengths), list(layer.parameters()), job, inputs)


def stream(layer: Recurrent, x: Tensor, state: State) -> Callable[[], tuple[Tensor, State]]:
    """One step of streams from Python: x (batch, input), states (1, batch, hidden)."""
    return partial(layer.step, x, state)


def _layer(job: Job) -> Recurrent:
    sizes = job.shape.input, job.shape.hidden
    if job.cell.kind == "GRU":
        return GRU(*sizes, reset_after=job.cell.reset_after)
    return LSTM(*sizes) if job.cell.kind == "LSTM" else RNN(*sizes)
