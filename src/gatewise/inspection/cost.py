"""What a network costs: parameters, arithmetic, latency of one step."""

from __future__ import annotations

import statistics
import time

import numpy as np
import torch
from torch import nn

from gatewise.nn.recurrent import Recurrent

__all__ = ["multiply_adds_per_step", "parameter_count", "state_bytes", "step_latency_us"]

BYTES = 4


def parameter_count(module: nn.Module) -> int:
    """Count the trained numbers in a module."""
    return sum(parameter.numel() for parameter in module.parameters())


def multiply_adds_per_step(layer: Recurrent) -> int:
    """Count the multiply-adds of one time step of one sequence, matrix products only."""
    return sum(parameter.numel() for parameter in layer.parameters() if parameter.ndim == 2)


def state_bytes(layer: Recurrent) -> int:
    """Count the bytes that one stream carries from step to step, in float32."""
    directions = 2 if layer.bidirectional else 1
    return BYTES * len(layer.states) * layer.hidden_size * layer.num_layers * directions


def step_latency_us(layer: Recurrent, calls: int = 200) -> float:
    """Measure the median time of one step of a :class:`~gatewise.nn.Stream`, called from Python, in microseconds.

    A bidirectional layer has no step; a layer of the same size in one direction is timed.
    """
    if layer.bidirectional:
        with torch.random.fork_rng(devices=[]):
            forward = Recurrent(
                layer.cell, layer.input_size, layer.hidden_size, layer.num_layers, bias=layer.bias
            )
        return step_latency_us(forward, calls)
    stream = layer.stream()
    observation = np.ones(layer.input_size, np.float32)
    durations = []
    stream.step(observation)
    for _ in range(calls):
        start = time.perf_counter()
        stream.step(observation)
        durations.append(time.perf_counter() - start)
    return 1e6 * statistics.median(durations)
