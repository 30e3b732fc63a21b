"""Rates of every cell beside others, and trainings that are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.equal.fields import Compared, fields
from benchmarks.equal.picture import Curves, draw
from benchmarks.equal.run import EXCESS, UNSTABLE, result_of
from benchmarks.equal.trials import Trained, Trial, run_trial, trials_of
from benchmarks.public import PublicSet
from gatewise import ClassifierConfig, TrainingConfig
from gatewise.comparison.tasks.base import Settings
from gatewise.data.samples.recall import recall

SMALL = Compared(
    PublicSet("recall-5", "one of 8 symbols, 5 steps back", lambda: recall(5, sequences=80, seed=0)),
    hidden_size=4,
    estimator=ClassifierConfig(training=TrainingConfig(steps=8)),
    shares=(0.5, 1.0),
)


def trial(cell: str, factor: float, seed: int) -> Trial:
    settings = Settings(cell=cell, hidden_size=4, learning_rate=factor * 3e-3, steps=8, seed=seed)
    return Trial("recall-5", cell, 1.0, 3e-3, factor, seed, settings)


def trained(loss: float, **values: Any) -> Trained:
    return replace(Trained(loss=loss, curve=[2.0, loss]), **values)


def test_every_cell_length_rate_and_seed_is_trained() -> None:
    _, trials = trials_of(SMALL, factors=(0.5, 1.0), seeds=2)
    assert len(trials) == 3 * 2 * 2 * 2
    assert len({(one.cell, one.settings.steps, one.factor, one.seed) for one in trials}) == len(trials)
    assert {one.settings.steps for one in trials} == {4, 8}
    # Each cell by its own usual rate, and each seed by data of its own.
    assert {one.cell: one.usual for one in trials} == {"RNN": 1e-3, "LSTM": 3e-3, "GRU": 3e-3}
    assert all(one.settings.learning_rate == one.factor * one.usual for one in trials)
    assert {one.settings.held_out for one in trials} == {0, 1}


def test_a_training_is_kept(tmp_path: Path) -> None:
    task, (first, *_) = trials_of(SMALL, factors=(1.0,), seeds=1)
    found = run_trial(task, first, tmp_path)
    assert found.loss > 0
    assert len(found.curve) == first.settings.steps
    (path,) = tmp_path.iterdir()
    path.write_text(
        path.read_text(encoding="utf-8").replace('"restarts": 0', '"restarts": 7'), encoding="utf-8"
    )
    # Read, not trained again.
    assert run_trial(task, first, tmp_path) == replace(found, restarts=7)


def test_what_the_usual_rate_costs() -> None:
    pairs = [
        (trial("GRU", 0.5, 0), trained(1.0)),
        (trial("GRU", 0.5, 1), trained(1.2)),
        (trial("GRU", 1.0, 0), trained(1.3, restarts=2)),
        (trial("GRU", 1.0, 1), trained(1.1)),
    ]
    result = result_of([(replace(SMALL, shares=(1.0,)), pairs)], seeds=2)
    (row,) = result.rows
    assert (row["rate"], row["best rate"], row["loss held out"]) == ("0.003", "0.0015", (1.3, 1.1))
    # 0.1 above the best, of 2.0 in the beginning.
    assert row[EXCESS] == (pytest.approx(5.0),)
    assert row[UNSTABLE] == (1.0,)
    assert [target.met for target in result.targets] == [False, False, False]
    assert result.picture.startswith("<?xml")


def test_the_same_curves_give_the_same_picture() -> None:
    curves = [Curves("weather", {"RNN": [[2.0, 1.0]], "GRU": [[2.0, 0.5], [2.1, 0.4]]})]
    assert draw(curves) == draw(curves)
    assert "weather" in draw(curves)


def test_sizes_that_are_planned_are_there() -> None:
    names = [one.name for one in fields()]
    assert len(set(names)) == len(names)
    assert {"JSB, 20 thousand parameters", "TinyShakespeare, 2 layers of 512"} < set(names)
    assert [one.name for one in fields(["weather"])] == ["weather"]
