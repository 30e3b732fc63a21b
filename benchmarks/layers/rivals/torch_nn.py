"""torch.nn: packed sequences for ragged batches; for a step, a cell or a layer, whichever is faster."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from benchmarks.layers.grid import Job, Mode
from benchmarks.layers.inputs import Arrays, Inputs
from benchmarks.layers.rivals.torch_layer import State, load, results, whole
from benchmarks.layers.task import Task, fastest

__all__ = ["VERSION", "prepare"]

VERSION = torch.__version__


def prepare(job: Job, inputs: Inputs, threads: int) -> Task:
    """A layer, or a cell, with these weights; its GRU resets after the product and nothing else."""
    torch.set_num_threads(threads)
    layer = getattr(nn, job.cell.kind)(job.shape.input, job.shape.hidden)
    load(layer, inputs)
    weights = list(layer.parameters())
    if inputs.lengths is not None:
        return whole(partial(_packed, layer, torch.from_numpy(inputs.lengths)), weights, job, inputs)
    task = whole(layer, weights, job, inputs)
    return fastest([task, _cell(job, inputs)]) if job.mode is Mode.STEP else task


def _packed(layer: nn.Module, lengths: Tensor, x: Tensor, state: State) -> tuple[Tensor, State]:
    packed, final = layer(pack_padded_sequence(x, lengths, enforce_sorted=False), state)
    return pad_packed_sequence(packed, total_length=len(x))[0], final


def _cell(job: Job, inputs: Inputs) -> Task:
    cell = getattr(nn, f"{job.cell.kind}Cell")(job.shape.input, job.shape.hidden)
    load(cell, inputs, suffix="")
    states = tuple(torch.from_numpy(state) for state in inputs.states)

    def read(got: State) -> Arrays:
        final = tuple(state[None] for state in ((got,) if isinstance(got, Tensor) else got))
        return results(job.cell.states, final[0], final)

    step = partial(cell, torch.from_numpy(inputs.x[0]), states if len(states) > 1 else states[0])
    return Task(step, read, torch.inference_mode)
