"""Which measure of memory tells the better of two cells: the gradient's reach, or what forgetting costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.candidates import CELLS, GATED, progress
from benchmarks.memory_tasks import TASKS, MemoryTask
from benchmarks.results import Result, Row
from gatewise import (
    ClassifierConfig,
    RegressorConfig,
    SequenceClassifier,
    SequenceRegressor,
    TrainingConfig,
)
from gatewise.comparison.jobs.past import past_of
from gatewise.data.sequences import SequenceSet
from gatewise.inspection.gradients import GradientFlow, gradient_flow
from gatewise.inspection.past import borrowed_past
from gatewise.verdict.memory_reason import explains
from gatewise.verdict.units import Units

__all__ = ["Look", "Pair", "look", "pairs_of", "run"]

TRAINING, TEST, INSPECTED = 1500, 400, 64
HIDDEN = 24
STEPS = (100, 300)
RESAMPLES = 2000
# What separates two errors, or a rise from none: standard errors of a paired difference.
CLEAR = 2.6
PROTOCOL = (
    "Tasks of which is known how far back the answer lies: delayed recall over 10 to 100 distractors, adding over 30 "
    "and 60 steps, a rare mark in the first five of 48 steps that shifts the answer; and three whose answer lies in "
    f"the last steps. RNN, LSTM and GRU of {HIDDEN} units read {TRAINING:,} sequences in one direction and answer from "
    f"the last state, with {STEPS[0]} and {STEPS[1]} updates, {{seeds}} seeds, {TEST} test sequences. A pair of cells "
    "counts where their errors on the same test sequences differ by more than 2.6 standard errors. Older steps are "
    "those beyond a quarter of the lag that matters; in the tasks without memory beyond 8 steps, which is all that "
    "bears on the answer. **Right**: the better cell has the higher value (half where both have the same). **Reason "
    "given**: how often a rule would say that the past is why; where memory does not decide, each is false. "
    "In brackets 95 % intervals over resampled tasks and seeds."
)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """What one trained network showed.

    Attributes
    ----------
    whole, borrowed, emptied : float64 array, shape (test sequences,)
        Errors of each test sequence: with all of the past, with another sequence's beyond some steps, and with
        none beyond these.
    initial, trained : GradientFlow
    """

    whole: Floats
    borrowed: Floats
    emptied: Floats
    initial: GradientFlow
    trained: GradientFlow
    lag: int

    def share(self, flow: GradientFlow) -> float:
        """Share of the gradient that is left at the lag that matters."""
        return float(flow.norms[min(self.lag, len(flow.norms) - 1)])


class _Emptied(nn.Module):
    """A layer that reads the last steps alone, from a state of zero; for an answer from the last state."""

    def __init__(self, layer: nn.Module, steps: int) -> None:
        super().__init__()
        self.layer, self.steps = layer, steps

    def forward(self, input: Tensor, *, lengths: Tensor) -> tuple[Tensor, Any]:
        del lengths  # all rows are whole
        state = self.layer(input[:, -self.steps :].contiguous())[1]
        return input.new_zeros(*input.shape[:2], HIDDEN), state


def remembered(task: MemoryTask) -> int:
    """Steps of memory that are left: a quarter of the lag that matters, or all that bears on the answer."""
    return 2 * max(1, task.lag // 8) if task.far else 8


def look(task: MemoryTask, cell: str, seed: int, steps: int) -> Look:
    """Train one network, and measure."""
    data = task.make(TRAINING + TEST, 1000 + seed)
    learned, test = data.take(np.arange(TRAINING)), data.take(np.arange(TRAINING, len(data)))
    training = TrainingConfig(steps=steps)
    given: dict[str, Any] = {"hidden_size": HIDDEN, "bidirectional": False, "random_state": seed}
    model: Any
    if data.task == "classification":
        model = SequenceClassifier(cell, **given, config=ClassifierConfig(readout="last", training=training))
    else:
        config = RegressorConfig(readout="last", training=training, members=1)
        model = SequenceRegressor(cell, **given, config=config)
    model.fit(learned)
    network = model.networks_[0]
    whole = _errors(model, test)
    with borrowed_past(network, remembered(task)):
        borrowed = _errors(model, test)
    layer = network.cell
    network.cell = _Emptied(layer, remembered(task))
    emptied = _errors(model, test)
    network.cell = layer
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        untrained = model._network()
    batch = model.inputs_.collate([model.inputs_.encode(one) for one in test.sequences[:INSPECTED]])
    flows = [gradient_flow(one.cell, batch.values, batch.lengths) for one in (untrained, network)]
    return Look(whole, borrowed, emptied, *flows, lag=task.lag)


def _errors(model: Any, test: SequenceSet) -> Floats:
    predicted = model.predict(test.sequences)
    if test.task == "classification":
        return np.asarray(predicted != test.target, np.float64)
    return np.abs(np.asarray(predicted) - np.asarray(test.target))


@dataclass(frozen=True)
class Pair:
    """Two cells on the same data; ``better`` has the lower error, clearly so or not."""

    task: MemoryTask
    group: tuple[str, int]
    better: Look
    worse: Look
    gated: bool

    @property
    def clear(self) -> bool:
        return _standard(self.worse.whole - self.better.whole) > CLEAR


def _standard(values: Floats) -> float:
    error = values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() / error) if error > 0 else 0.0


def pairs_of(task: MemoryTask, seed: int, looks: dict[str, Look]) -> Iterator[Pair]:
    """All pairs of cells of one seed, the better one first."""
    for names in combinations(looks, 2):
        better, worse = sorted((looks[name] for name in names), key=lambda one: float(one.whole.mean()))
        yield Pair(task, (task.name, seed), better, worse, gated=set(names) == set(GATED))


def _half_life(flow: GradientFlow) -> float:
    return np.inf if flow.half_life is None else float(flow.half_life)


MEASURES: dict[str, Callable[[Look], float]] = {
    "gradient left at the lag that matters, at the start": lambda one: one.share(one.initial),
    "gradient left at the lag that matters, trained": lambda one: one.share(one.trained),
    "gradient left at the longest lag, trained": lambda one: one.trained.left,
    "half-life of the gradient, trained": lambda one: _half_life(one.trained),
    "rise of the error, older steps another's": lambda one: float((one.borrowed - one.whole).mean()),
    "rise of the error, no older steps": lambda one: float((one.emptied - one.whole).mean()),
}


def right(measure: Callable[[Look], float], pair: Pair) -> float:
    """One where the better cell has the higher value, half where both have the same."""
    higher, lower = measure(pair.better), measure(pair.worse)
    return 0.5 if higher == lower else float(higher > lower)


def _vanishing(pair: Pair) -> bool:
    """Whether the report would have given its former reason: less than a tenth left at the longest lag."""
    return pair.worse.trained.left < 0.1


def _vanishing_more(pair: Pair) -> bool:
    return _vanishing(pair) and pair.worse.trained.left < pair.better.trained.left / 3


def _rising(pair: Pair, errors: Callable[[Look], Floats]) -> bool:
    """Whether the verdict would say that the past is why; the number of steps does not bear on it."""
    units = Units(groups=(tuple(range(len(pair.better.whole))),))
    return explains(*(past_of(0, one.whole, errors(one), units) for one in (pair.better, pair.worse)))


RULES: dict[str, Callable[[Pair], bool]] = {
    "the worse cell's gradient vanishes (as until now)": _vanishing,
    "… and has less than a third of the better one's left": _vanishing_more,
    "another's older steps cost the better cell more": lambda pair: _rising(pair, lambda one: one.borrowed),
    "no older steps cost the better cell more": lambda pair: _rising(pair, lambda one: one.emptied),
}


def _share(pairs: list[Pair], value: Callable[[Pair], float], random: np.random.Generator) -> str:
    """Mean with a 95 % interval from resampled groups: the pairs of one task and seed share their networks."""
    if not pairs:
        return "no pair"
    groups: dict[tuple[str, int], list[float]] = {}
    for pair in pairs:
        groups.setdefault(pair.group, []).append(value(pair))
    sums = np.array([[sum(values), len(values)] for values in groups.values()], np.float64)
    drawn = sums[random.integers(len(sums), size=(RESAMPLES, len(sums)))].sum(1)
    low, high = np.percentile(100 * drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return f"{100 * sums[:, 0].sum() / sums[:, 1].sum():.0f} ({low:.0f} to {high:.0f})"


def run(*, seeds: int) -> Result:
    """Every task, number of updates and seed with the three cells."""
    pairs: list[Pair] = []
    errors: dict[tuple[str, int], list[list[float]]] = {}
    for task in TASKS:
        for steps in STEPS:
            for seed in range(seeds):
                looks = {cell: look(task, cell, seed, steps) for cell in CELLS}
                found = [float(one.whole.mean()) for one in looks.values()]
                errors.setdefault((task.name, steps), []).append(found)
                shown = ", ".join(f"{cell} {error:.3f}" for cell, error in zip(CELLS, found, strict=True))
                progress(f"{task.name}, {steps} updates, seed {seed}: {shown}")
                pairs += pairs_of(task, 1000 * steps + seed, looks)
    clear = [pair for pair in pairs if pair.clear]
    groups = {
        "memory decides": [pair for pair in clear if pair.task.far],
        "it does not": [pair for pair in clear if not pair.task.far],
    }
    # Whether the plain cell or a gated one is better is the easy half of what memory decides.
    groups["memory decides, LSTM and GRU"] = [pair for pair in groups["memory decides"] if pair.gated]
    random = np.random.default_rng(0)
    columns = {f"{name}, % of {len(some)} pairs": some for name, some in groups.items()}

    def row(name: str, value: Callable[[Pair], float]) -> Row:
        return {"": name, **{kind: _share(some, value, random) for kind, some in columns.items()}}

    rows = [row(f"right: {name}", partial(right, measure)) for name, measure in MEASURES.items()]
    rows += [row(f"reason given: {name}", rule) for name, rule in RULES.items()]
    return Result(
        name="gradients",
        title="Which measure of memory tells the better cell",
        protocol=PROTOCOL.format(seeds=seeds),
        checks=(),
        digits={},
        rows=tuple(rows),
        targets=(),
        notes=(_errors_table(errors),),
    )


def _errors_table(errors: dict[tuple[str, int], list[list[float]]]) -> str:
    lines = [f"| task | updates | {' | '.join(CELLS)} |", "| --- | ---: | ---: | ---: | ---: |"]
    for (task, steps), found in errors.items():
        means = " | ".join(f"{mean:.3f}" for mean in np.mean(found, axis=0))
        lines.append(f"| {task} | {steps} | {means} |")
    return "\n".join(["Mean errors on test data, error rate or mean absolute error:", "", *lines])
