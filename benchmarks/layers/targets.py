"""The numbers that the layers have to reach."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from benchmarks.layers.contest import Outcome
from benchmarks.layers.first_call import Start
from benchmarks.layers.grid import CELLS, Mode
from benchmarks.layers.memory import Footprint
from benchmarks.layers.rivals import OURS, TORCH
from benchmarks.results import Target

__all__ = ["cost_ratios", "mean", "remembered", "started", "timed"]

# Per cell, times that torch.nn must take: in the geometric mean, and at the least.
_TRAINING = {"rnn": (4.0, None), "lstm": (1.3, 1.0), "gru": (4.0, 2.5), "gru-reset-after": (4.0, 2.5)}
_BEST = {Mode.TRAIN: 1.2, Mode.INFER: 1.0}
_COST = {("gru", "lstm"): 0.8, ("gru-reset-after", "lstm"): 0.8, ("rnn", "lstm"): 0.35}
_RAGGED, _MEMORY = 0.6, 0.5
_COLD_S, _WARM_S, _IMPORT_S = 15.0, 0.5, 0.5


def mean(ratios: Sequence[float]) -> float:
    """The geometric one."""
    return math.exp(math.fsum(map(math.log, ratios)) / len(ratios))


def cost_ratios(outcomes: Sequence[Outcome], cell: str, other: str) -> list[float]:
    """Our time of one cell divided by that of another, at every shape that has both."""
    ours = {(one.job.cell.name, one.job.shape): one.ours.median for one in outcomes}
    return [
        time / ours[other, shape]
        for (name, shape), time in ours.items()
        if name == cell and (other, shape) in ours
    ]


def timed(mode: Mode, outcomes: Sequence[Outcome], peak: float | None) -> Iterator[Target]:
    """Of the modes that are timed in rounds."""
    if mode is Mode.TRAIN:
        yield from _against_torch(outcomes)
    if mode in _BEST:
        for name in CELLS:
            found = [ratio for one in _of(outcomes, name) if (ratio := one.faster_than(one.best)) is not None]
            if found:
                yield _at_least(f"{name}: × best rival, least,", min(found), _BEST[mode])
    if mode is Mode.TRAIN:
        if peak is not None:
            yield from _share_of_peak(outcomes, peak)
        for (cell, other), limit in _COST.items():
            if ratios := cost_ratios(outcomes, cell, other):
                yield Target(f"cost {cell} / {other}, largest,", max(ratios), limit, digits=2)
    if mode is Mode.RAGGED:
        padded = f"{OURS.title}, padded"
        yield Target(
            "ragged / padded, largest,",
            max(one.ours.median / one.times[padded].median for one in outcomes),
            _RAGGED,
            digits=2,
        )
    if mode is Mode.STEP:
        yield from _step(outcomes)


def remembered(footprints: Sequence[Footprint]) -> Iterator[Target]:
    """Of the memory of the GRUs."""
    found = [one.ours_bytes / one.torch_bytes for one in footprints if one.job.cell.kind == "GRU"]
    if found:
        yield Target("memory of a GRU / torch.nn's, largest,", max(found), _MEMORY, digits=2)


def started(starts: Sequence[Start]) -> Iterator[Target]:
    """Of first calls; a cold one is none where nothing was cached."""
    if starts and all(one.cached for one in starts):
        yield Target(
            "first step of a cell, largest, s,", max(one.cold_s for one in starts), _COLD_S, digits=2
        )
    if starts:
        yield Target("first step from the cache, largest, s,", max(one.warm_s for one in starts), _WARM_S)
        imports = max(one.import_gatewise_s for one in starts)
        yield Target("import gatewise above import torch, s,", imports, _IMPORT_S)


def _against_torch(outcomes: Sequence[Outcome]) -> Iterator[Target]:
    for name, (middle, least) in _TRAINING.items():
        found = [ratio for one in _of(outcomes, name) if (ratio := one.faster_than(TORCH.title)) is not None]
        if found:
            yield _at_least(f"{name}: × torch.nn, geometric mean,", mean(found), middle)
            if least is not None:
                yield _at_least(f"{name}: × torch.nn, least,", min(found), least)


def _share_of_peak(outcomes: Sequence[Outcome], peak: float) -> Iterator[Target]:
    large, small = [], []
    for one in outcomes:
        share, shape = 100 * one.gflops / peak, one.job.shape
        if shape.hidden >= 256 and shape.batch >= 32:
            large.append(share)
        elif shape.hidden == 64:
            small.append(share)
    for shares, where, limit in ((large, "H ≥ 256, B ≥ 32", 80), (small, "H = 64", 50)):
        if shares:
            yield _at_least(f"share of the peak at {where}, least, %,", min(shares), limit, digits=0)


def _step(outcomes: Sequence[Outcome]) -> Iterator[Target]:
    for where, sizes, limit in (("H ≤ 128", (64, 128), 0.333), ("H = 256 and 512", (256, 512), 0.5)):
        found = [
            1 / ratio
            for one in outcomes
            if one.job.shape.hidden in sizes and (ratio := one.faster_than("ONNX Runtime")) is not None
        ]
        if found:
            yield Target(f"a step / ONNX Runtime's at {where}, largest,", max(found), limit)


def _of(outcomes: Sequence[Outcome], cell: str) -> list[Outcome]:
    return [one for one in outcomes if one.job.cell.name == cell]


def _at_least(what: str, reached: float, limit: float, digits: int = 2) -> Target:
    return Target(what, reached, limit, digits=digits, lower_is_better=False)
