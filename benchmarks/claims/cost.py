"""Parameters, time and memory of one update of a GRU, beside those of an LSTM of the same size."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.candidates import progress
from benchmarks.claims.rules import Claim, Measurement, Region
from gatewise.data.batch import SequenceBatch, collate
from gatewise.data.inputs.base import InputShape
from gatewise.inspection.cost import parameter_count
from gatewise.inspection.memory import peak_training_bytes
from gatewise.models.sequence import SequenceNetwork, SequenceShape

__all__ = ["cost_claims"]

CHANNELS, CLASSES, STEPS = 16, 8, 100
SIZES = (64, 256)
BATCH = 32
ROUNDS, UPDATES = 12, 4


def cost_claims(
    *, sizes: tuple[int, ...] = SIZES, steps: int = STEPS, rounds: int = ROUNDS, updates: int = UPDATES
) -> list[Claim]:
    """Both cells in turn, round by round, in this process."""
    counts, times, memory = [], [], []
    for size in sizes:
        networks = {cell: _network(cell, size) for cell in ("GRU", "LSTM")}
        batch = _batch(steps)
        shape = f"{size} units, batch {BATCH}, {steps} steps: GRU / LSTM"
        ratio = _ratio(parameter_count, networks)
        counts.append(Measurement(shape, (ratio,), LESS))
        held = _ratio(lambda network, seen=batch: peak_training_bytes(network, _loss(seen)), networks)
        memory.append(Measurement(shape, (held,), LESS))
        times.append(Measurement(shape, _time_ratios(networks, batch, rounds, updates), LESS))
        progress(f"{size} units: parameters × {ratio:.2f}, memory × {held:.2f}, time {times[-1].interval}")
    return [
        Claim("The GRU has fewer parameters than the LSTM at the same hidden size", tuple(counts)),
        Claim("The GRU trains faster: time of one update", tuple(times)),
        Claim("The GRU needs less memory: peak of one update", tuple(memory)),
    ]


LESS = Region(below=1.0)


def _network(cell: str, hidden_size: int) -> SequenceNetwork:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return SequenceNetwork(
            SequenceShape(
                input=InputShape("dense", {"width": CHANNELS}),
                outputs=CLASSES,
                readout="last",
                cell=cell,
                hidden_size=hidden_size,
                num_layers=1,
                bidirectional=False,
                input_dropout=0.0,
                dropout=0.0,
                memory=0,
            )
        )


def _batch(steps: int) -> SequenceBatch:
    random = np.random.default_rng(0)
    sequences = list(random.standard_normal((BATCH, steps, CHANNELS)).astype(np.float32))
    return collate(sequences, random.integers(CLASSES, size=BATCH))


def _loss(batch: SequenceBatch) -> Callable[[nn.Module], Tensor]:
    assert batch.target is not None
    target = batch.target
    return lambda network: nn.functional.cross_entropy(network(batch), target)


def _ratio(measure: Callable[[SequenceNetwork], int], networks: dict[str, SequenceNetwork]) -> float:
    return measure(networks["GRU"]) / measure(networks["LSTM"])


def _time_ratios(
    networks: dict[str, SequenceNetwork], batch: SequenceBatch, rounds: int, updates: int
) -> tuple[float, ...]:
    """One ratio per round; each round times both cells, and every other one the LSTM first."""
    loss_of = _loss(batch)
    optimizers = {cell: torch.optim.AdamW(one.parameters(), fused=True) for cell, one in networks.items()}

    def seconds(cell: str) -> float:
        durations = []
        for _ in range(updates):
            start = time.perf_counter()
            networks[cell].zero_grad()
            loss_of(networks[cell]).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimizers[cell].step()
            durations.append(time.perf_counter() - start)
        return float(np.median(durations))

    for cell in networks:
        seconds(cell)  # compiles what is compiled at the first call
    ratios = []
    gc.collect()
    for number in range(rounds):
        order = ("GRU", "LSTM") if number % 2 else ("LSTM", "GRU")
        taken = {cell: seconds(cell) for cell in order}
        ratios.append(taken["GRU"] / taken["LSTM"])
    return tuple(ratios)
