"""What the benchmark of measures of memory counts, on networks made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.gradients import MEASURES, RULES, Look, Pair, look, pairs_of, remembered, right
from benchmarks.memory_tasks import TASKS
from gatewise.inspection.gradients import GradientFlow

FAR = next(task for task in TASKS if task.far)


def looked(error: float, rise: float, factor: float) -> Look:
    """A network of this error and rise, whose gradient falls by ``factor`` per step."""
    whole = error + 0.01 * np.random.default_rng(0).normal(size=100)
    flow = GradientFlow(factor ** np.arange(30.0), {}, {})
    return Look(whole, whole + rise, whole + rise, flow, flow, lag=20)


def pair_of(better: Look, worse: Look) -> Pair:
    return Pair(FAR, (FAR.name, 0), better, worse, gated=False)


def test_the_better_of_two_comes_first() -> None:
    looks = {"RNN": looked(0.5, 0.0, 0.5), "LSTM": looked(0.1, 0.4, 0.9), "GRU": looked(0.2, 0.3, 0.9)}
    pairs = list(pairs_of(FAR, 3, looks))
    assert [pair.gated for pair in pairs] == [False, False, True]
    assert all(pair.better.whole.mean() < pair.worse.whole.mean() for pair in pairs)
    assert {pair.group for pair in pairs} == {(FAR.name, 3)}


def test_a_measure_is_right_where_the_better_has_more() -> None:
    pair = pair_of(looked(0.1, 0.4, 0.9), looked(0.5, 0.0, 0.5))
    assert [right(measure, pair) for measure in MEASURES.values()] == [1.0] * 6
    turned = pair_of(pair.worse, pair.better)
    assert [right(measure, turned) for measure in MEASURES.values()] == [0.0] * 6
    assert right(lambda _: 1.0, pair) == 0.5


@pytest.mark.parametrize(
    ("better", "worse", "expected"),
    [
        (looked(0.1, 0.4, 0.95), looked(0.5, 0.0, 0.5), [True, True, True, True]),
        (looked(0.1, 0.0, 0.5), looked(0.5, 0.0, 0.5), [True, False, False, False]),
        (looked(0.1, 0.0, 0.5), looked(0.5, 0.4, 0.95), [False, False, False, False]),
    ],
)
def test_rules(better: Look, worse: Look, expected: list[bool]) -> None:
    assert [rule(pair_of(better, worse)) for rule in RULES.values()] == expected


def test_what_is_left_hides_the_answer_or_nothing_of_it() -> None:
    for task in TASKS:
        assert (remembered(task) < task.lag) if task.far else (remembered(task) > task.lag)


def test_every_task_says_what_it_says() -> None:
    for task in TASKS:
        data = task.make(20, 0)
        assert len(data) == 20
        assert data.sequences[0].shape[0] > task.lag


@pytest.mark.slow
def test_one_look() -> None:
    found = look(TASKS[0], "GRU", 0, 3)
    assert len(found.whole) == len(found.borrowed) == len(found.emptied)
    assert found.trained.norms[0] == pytest.approx(1)
