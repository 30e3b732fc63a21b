"""gatewise.nn, whatever backend it chooses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import torch

from benchmarks.layers.grid import Job, Mode
from benchmarks.layers.inputs import Inputs
from benchmarks.layers.rivals.torch_layer import load, results, start_state, whole
from benchmarks.layers.task import Task, fastest
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
        return fastest([_stream(layer, job, inputs, number) for number in {1, threads}])
    lengths = None if inputs.lengths is None else torch.from_numpy(inputs.lengths)
    return whole(partial(layer, lengths=lengths), list(layer.parameters()), job, inputs)


def _stream(layer: Recurrent, job: Job, inputs: Inputs, threads: int) -> Task:
    stream = layer.stream(job.shape.batch, threads=threads)

    @contextmanager
    def from_the_start() -> Iterator[None]:
        stream.state = start_state(inputs)
        yield

    return Task(
        partial(stream.step, inputs.x[0]),
        lambda output: results(job.cell.states, output[None], stream.state),
        from_the_start,
    )


def _layer(job: Job) -> Recurrent:
    sizes = job.shape.input, job.shape.hidden
    if job.cell.kind == "GRU":
        return GRU(*sizes, reset_after=job.cell.reset_after)
    return LSTM(*sizes) if job.cell.kind == "LSTM" else RNN(*sizes)
