"""What is shipped is what was compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from small import CLASSIFY, FORECAST, QUICK, sequences, two_waves

import gatewise
from gatewise.comparison.compare import prepare
from gatewise.comparison.jobs.job import execute
from gatewise.comparison.results import Comparison
from gatewise.comparison.running.run import Outcome
from gatewise.data.corpus import Corpus
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ConfigurationError
from gatewise.verdict.schema import comparison_schema

BRIEF = QUICK.model_copy(update={"trials": 1, "curves": False})
FEW = gatewise.TrainingConfig(steps=4, batch_size=8)


def valued() -> SequenceSet:
    random = np.random.default_rng(0)
    found = [random.normal(size=(8, 1)).astype(np.float32) for _ in range(30)]
    return SequenceSet(found, np.array([one.sum() for one in found]), task="regression", source="sums")


@pytest.mark.parametrize(
    ("config", "words", "members"),
    [
        (None, {}, 1),
        (gatewise.RegressorConfig(training=FEW), {}, 1),
        (gatewise.RegressorConfig(training=FEW, members=5), {}, 5),
        (gatewise.RegressorConfig(training=FEW, members=5), {"readout": "last"}, 5),
        (gatewise.RegressorConfig(training=FEW), {"members": 3}, 3),
    ],
)
def test_one_network_is_compared_unless_somebody_says_how_many(
    config: Any, words: dict[str, Any], members: int
) -> None:
    prepared = prepare(valued(), estimator=config, config=BRIEF, **words)  # type: ignore[arg-type]
    settings = prepared.plan.settings("GRU", 0.01, "main", 0, 0)
    assert prepared.plan.members == prepared.task.members() == members
    assert prepared.task.estimator(settings).config.members == members


def test_a_language_model_has_no_members() -> None:
    with pytest.raises(ConfigurationError) as caught:
        prepare(Corpus("the cat sat on the mat. " * 120), members=2)
    assert str(caught.value) == "members: has no meaning for the task language; leave it out"


def test_all_networks_of_a_model_are_counted_and_shipped() -> None:
    config = gatewise.RegressorConfig(training=FEW, members=3)
    prepared = prepare(valued(), cells=["GRU"], config=BRIEF, estimator=config, hidden_size=4)
    one = prepare(valued(), cells=["GRU"], config=BRIEF, members=1, hidden_size=4)
    (job,) = [job for job in prepared.plan.main({"GRU": (0.01,)}) if job.inspect]
    (alone,) = [job for job in one.plan.main({"GRU": (0.01,)}) if job.inspect]
    result, single = execute(prepared.task, job), execute(one.task, alone)
    assert result.inspection is not None
    assert single.inspection is not None
    found, expected = result.inspection.structure, single.inspection.structure
    assert (found.members, found.hidden_size) == (3, expected.hidden_size)
    for name in ("parameters", "cell_parameters", "multiply_adds_per_step", "state_bytes"):
        assert getattr(found, name) == 3 * getattr(expected, name)
    assert result.inspection.model_bytes == 3 * single.inspection.model_bytes == 4 * found.parameters
    assert result.history is not None
    assert result.history.steps == 4
    outcome = Outcome(prepared.plan, {"GRU": 0.01})
    model = prepared.fit_choice(outcome, "GRU")
    assert sum(p.numel() for network in model.networks_ for p in network.parameters()) == found.parameters


@pytest.mark.parametrize(("words", "rows"), [({}, 30), ({"refit_all": True}, 42)])
def test_a_test_set_of_its_own_is_learned_from_only_if_asked(words: dict[str, Any], rows: int) -> None:
    data = sequences()
    train, test = data.take(np.arange(30)), data.take(np.arange(30, 42))
    prepared = prepare(train, test=test, config=BRIEF, estimator=CLASSIFY, **words)
    model = prepared.fit_choice(Outcome(prepared.plan), "linear")
    assert len(model.fingerprint_.hashes) == rows
    # What was cut from the data itself is learned from.
    alone = prepare(train, config=BRIEF, estimator=CLASSIFY, **words)
    assert len(alone.fit_choice(Outcome(alone.plan), "linear").fingerprint_.hashes) == 30


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "GRUU",
            "save: expected one of RNN, LSTM, GRU, majority, linear, statistics, MiniRocket, DTW-1NN, got 'GRUU'; "
            "did you mean GRU?",
        ),
        (
            "n-gram",
            "save: expected one of RNN, LSTM, GRU, majority, linear, statistics, MiniRocket, DTW-1NN, got 'n-gram'",
        ),
    ],
)
def test_an_unknown_name_is_refused_before_training(name: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        prepare(sequences(), config=BRIEF, save=name)
    assert str(caught.value) == message


@pytest.mark.slow
def test_another_than_the_recommended_is_saved_and_all_is_written_down(tmp_path: Path) -> None:
    config = QUICK.model_copy(update={"curves": False, "prefer": "size", "max_parameters": 10_000})
    comparison = gatewise.compare(
        two_waves(), horizon=6, cells={"mine": "RNN"}, config=config, estimator=FORECAST, save="boosting", members=2,
    )  # fmt: skip
    assert comparison.saved == "boosting"
    assert type(comparison.model).__name__ == "BoostingForecaster"
    path = tmp_path / "comparison.json"
    comparison.to_json(path)
    Draft202012Validator(comparison_schema()).validate(json.loads(path.read_text(encoding="utf-8")))
    again = Comparison.from_json(path)
    assert again.preferences == comparison.preferences
    assert again.recommend() == comparison.recommend()
    request = again.evidence.request
    assert request is not None
    assert (request.data, request.test, request.command) == ("test data", None, None)
    expected = {
        "task": "forecast", "cells": {"mine": "RNN"}, "horizon": 6, "random_state": 0, "save": "boosting",
        "prefer": "size", "max_parameters": 10_000, "members": 2, "target": None, "refit_all": False,
        "seeds": 2, "trials": 2, "curves": False, "budget": None,
    }  # fmt: skip
    assert {name: request.options[name] for name in expected} == expected
    assert request.estimator["members"] == 2
    (cell,) = again.evidence.cells
    assert cell.description.startswith("2 × RNN, ")
    assert cell.training is not None
    assert {trial.seed for trial in cell.training.trials} == {0, 1}
    assert len({trial.learning_rate for trial in cell.training.trials}) == 2
    assert cell.training.learning_rate in [trial.learning_rate for trial in cell.training.trials]
    seeds = range(len(cell.fit.by_seed))
    assert [(one.fold, one.number) for one in cell.training.validation] == [(0, seed) for seed in seeds]
    for one in cell.training.validation:
        assert 0 < len(one.steps) == len(one.loss) == len(one.seconds) <= 50
    assert cell.memory is not None
    assert cell.cost is not None
    assert cell.cost.model_bytes == cell.memory.model_bytes
    assert cell.cost.fit_seconds >= cell.training.seconds > 0
    assert all(one.cost is not None and one.cost.fit_seconds > 0 for one in again.evidence.baselines)
