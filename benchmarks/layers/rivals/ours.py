"""gatewise.nn, whatever backend it chooses."""

from __future__ import annotations

from functools import partial

import torch

from benchmarks.layers.grid import Job, Mode
from benchmarks.layers.inputs import Inputs
from benchmarks.layers.rivals.torch_layer import load, results, start_state, whole
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
        stream = layer.stream(job.shape.batch)  # one thread, as by default
        stream.state = start_state(inputs)
        step = partial(stream.step, inputs.x[0])
        return Task(step, lambda output: results(job.cell.states, output[None], stream.state))
    lengths = None if inputs.lengths is None else torch.from_numpy(inputs.lengths)
    return whole(partial(layer, lengths=lengths), list(layer.parameters()), job, inputs)


def _layer(job: Job) -> Recurrent:
    sizes = job.shape.input, job.shape.hidden
    if job.cell.kind == "GRU":
        return GRU(*sizes, reset_after=job.cell.reset_after)
    return LSTM(*sizes) if job.cell.kind == "LSTM" else RNN(*sizes)
