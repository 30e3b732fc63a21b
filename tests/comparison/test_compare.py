"""The main job, on data small enough for a test."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from small import CLASSIFY, FORECAST, QUICK, sequences, two_waves
from synthetic import series_set, waves

import gatewise
from gatewise.comparison.compare import prepare
from gatewise.comparison.results import Comparison
from gatewise.comparison.running.progress import Stage
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ConfigurationError, DataError, GatewiseError, SeriesTooShortError
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.verdict.evidence import Evidence
from gatewise.verdict.recommend import Recommendation

BRIEF = QUICK.model_copy(update={"trials": 1, "curves": False})


def check_cells(evidence: Evidence) -> None:
    """Every dimension is measured for every cell, with numbers that can be."""
    assert [cell.name for cell in evidence.cells] == ["RNN", "LSTM", "GRU"]
    for cell in evidence.cells:
        assert cell.structure is not None
        assert cell.gradient is not None
        assert cell.training is not None
        assert cell.memory is not None
        assert cell.backend is not None
        assert cell.gradient.initial is not None
        assert cell.gradient.trained is not None
        assert cell.step_latency_us is not None
        assert cell.step_latency_us > 0
        assert cell.cell == cell.name
        assert cell.description == f"{cell.name}, {cell.structure.hidden_size} units"
        assert cell.structure.parameters > cell.structure.cell_parameters > 0
        assert cell.memory.model_bytes == 4 * cell.structure.parameters
        assert cell.memory.state_bytes == cell.structure.state_bytes
        assert cell.memory.peak_training_bytes > cell.memory.model_bytes
        assert cell.gradient.initial.norms[0] == pytest.approx(1, abs=1e-6)
        assert len(cell.gradient.trained.lags) == len(cell.gradient.trained.norms)
        assert set(cell.gradient.open) == set(cell.gradient.shut) == set(cell.structure.gates)
        assert 0 <= cell.gradient.clip_rate <= 1
        assert cell.training.diverged == 0
        assert cell.training.steps_per_second == pytest.approx(1 / cell.training.step_seconds)
        assert cell.training.seconds_to_target is not None
        assert cell.training.seconds_to_target <= cell.training.seconds
        assert len(cell.training.curve_seconds) == len(cell.training.curve_loss) > 0
        assert len(cell.fit.by_seed) == evidence.plan.seeds_by_cell[cell.name] >= 2
        assert cell.training.learning_rate in cell.training.rates
        assert cell.fit.error.mean == pytest.approx(np.mean(cell.fit.by_seed))
        assert cell.fit.error.low is not None
        assert cell.fit.error.high is not None
        assert cell.fit.error.low <= cell.fit.error.mean <= cell.fit.error.high
    targets = {cell.training.target_loss for cell in evidence.cells if cell.training}
    assert len(targets) == 1
    assert set(evidence.methods) == {"structure", "gradient", "training", "memory", "fit", "differences"}


def check_pairs(evidence: Evidence, baselines: list[str]) -> None:
    """Pairs of cells, of cell and baseline, and of baselines; each the difference of their errors."""
    cells = [("RNN", "LSTM"), ("RNN", "GRU"), ("LSTM", "GRU")]
    against = [(cell, baseline) for cell in ("RNN", "LSTM", "GRU") for baseline in baselines]
    beside = list(combinations(baselines, 2))
    assert [(d.first, d.second) for d in evidence.differences] == cells + against + beside
    errors = {candidate.name: candidate.fit.error.mean for candidate in evidence.candidates}
    for d in evidence.differences:
        assert d.mean == pytest.approx(errors[d.first] - errors[d.second])
        assert d.low <= d.mean <= d.high


@pytest.mark.slow
def test_forecast(forecast_comparison: Comparison) -> None:
    evidence = forecast_comparison.evidence
    check_cells(evidence)
    check_pairs(evidence, ["naive", "drift", "linear", "boosting"])
    assert [one.names for one in evidence.absent] == [("AutoTheta", "AutoETS")]
    assert evidence.metric.name == "MASE"
    assert evidence.data.summary == "2 series of 150–180 rows, 330 rows of 1 hour"
    assert evidence.data.facts == {
        "columns": "id=unique_id, time=ds, target=y",
        "horizon": "6 rows",
        "season": "12 rows",
        "window": "24 rows, read in steps of 12",
        "test": "56 forecasts, 1 row apart, in 1 fold",
    }
    plan = evidence.plan
    assert (plan.match, plan.folds, plan.seeds, plan.trials, plan.steps) == ("parameters", 1, 2, 2, 24)
    assert plan.full_steps_by_cell == plan.steps_by_cell == dict.fromkeys(("RNN", "LSTM", "GRU"), 24)
    # Two rates with two seeds each, two networks, eight points of curves; and seeds where they decide.
    assert plan.jobs == 3 * (2 * 2 + 2 + 8) + sum(plan.seeds_by_cell.values()) - 3 * 2
    assert plan.full_seconds is not None
    assert plan.cut == ()
    for candidate in evidence.candidates:
        measured = {"MAE", "RMSE", "sMAPE", "MASE", "scaled pinball", "coverage-90", "width-90", "MSIS-90"}
        assert measured == set(candidate.fit.metrics)
        assert math.isfinite(candidate.fit.error.mean)
    for cell in evidence.cells:
        assert cell.fit.by_amount is not None
        assert cell.fit.by_length is not None
        assert [point.x for point in cell.fit.by_amount.points] == [0.25, 0.5, 1.0]
        assert [point.x for point in cell.fit.by_length.points] == [0.25, 0.5, 1.0]
        assert cell.fit.by_amount.points[-1].y == cell.fit.error
    example = evidence.examples.forecasts[0]
    assert len(example.stamps) == len(example.history) + len(example.actual)
    assert set(example.forecasts) == {candidate.name for candidate in evidence.candidates}
    assert all(len(rows) == 6 for rows in example.forecasts.values())
    model = forecast_comparison.model
    assert len(model.predict()) == 12


@pytest.mark.slow
def test_classification(classification_comparison: Comparison) -> None:
    evidence = classification_comparison.evidence
    check_cells(evidence)
    check_pairs(evidence, ["majority", "linear", "statistics", "MiniRocket", "DTW-1NN"])
    assert evidence.metric.name == "error rate"
    assert evidence.data.summary == "42 sequences of 8–12 steps × 1 channel, 3 classes"
    for cell in evidence.cells:
        assert set(cell.fit.metrics) == {"accuracy", "F1", "balanced accuracy", "log loss"}
        assert cell.fit.error.mean == pytest.approx(1 - cell.fit.metrics["accuracy"])
        assert cell.fit.by_amount is not None
    assert evidence.examples.classes == ("high", "low", "middle")
    test_size = 9
    for matrix in evidence.examples.confusion.values():
        assert np.sum(matrix) == test_size
    assert evidence.examples.forecasts == ()


def test_one_cell_under_two_names() -> None:
    comparison = gatewise.compare(
        two_waves(), cells={"a": "GRU", "b": "GRU"}, horizon=6, config=BRIEF, estimator=FORECAST
    )
    a, b = comparison.evidence.cells
    assert (a.name, a.cell, b.name, b.cell) == ("a", "GRU", "b", "GRU")
    assert a.structure == b.structure
    # Other seeds, or the comparison with itself would prove nothing.
    assert a.fit.by_seed != b.fit.by_seed
    assert not comparison.recommend().clear_winner


def test_a_test_set_of_its_own() -> None:
    data = sequences()
    train, test = data.take(np.arange(30)), data.take(np.arange(30, 42))
    task = prepare(train, config=BRIEF, estimator=CLASSIFY).task
    assert task.folds == 1
    own = prepare(train, test=test, estimator=CLASSIFY).task
    ((learned, tested),) = own.rows
    assert (learned.tolist(), tested.tolist()) == (list(range(30)), list(range(30, 42)))


def test_test_rows_of_a_fold_come_after_its_training_rows() -> None:
    task = prepare(two_waves(), horizon=6, folds=2, estimator=FORECAST).task
    for fold in range(2):
        train_end, test_end = task.cuts[fold]
        windows = task.windows(fold)
        numbers, origins = windows.numbers, windows.origins
        assert (origins >= train_end[numbers]).all()
        assert (origins + 6 <= test_end[numbers]).all()


def test_each_class_loses_no_sequence_that_it_needs() -> None:
    task = prepare(sequences(each=5), config=BRIEF, estimator=CLASSIFY).task
    rows, labels = task.rows[0][0], task.targets  # type: ignore[attr-defined]  # a classification
    part = task._part_of(rows, 0.25, seed=0)  # type: ignore[attr-defined]  # a classification
    assert set(part) <= set(rows)
    assert np.unique(labels[part], return_counts=True)[1].tolist() == [2, 2, 2]


def one_class() -> SequenceSet:
    data = sequences()
    return SequenceSet(
        data.sequences, np.full(len(data), "high"), task="classification", channels=("wave",), source="a.csv"
    )


@pytest.mark.parametrize(
    ("data", "options", "kind", "message"),
    [
        (two_waves(), {}, ConfigurationError,
         "horizon: forecasting needs to know how many rows ahead, such as 24"),
        (two_waves(), {"horizon": 0}, ConfigurationError, "horizon: expected at least 1 row, got 0"),
        (two_waves(), {"horizon": "x"}, ConfigurationError,
         "horizon: expected a valid integer, got 'x'"),
        (two_waves(), {"horizon": 6, "random_state": "a"}, ConfigurationError,
         "random_state: expected a valid integer, got 'a'"),
        (two_waves(), {"horizon": 6, "random_state": -1}, ConfigurationError,
         "random_state: expected a number greater than or equal to 0, got -1"),
        (two_waves(), {"horizon": 6, "levels": 80}, ConfigurationError,
         "levels: expected a valid tuple, got 80"),
        (sequences(), {"bidirectional": "x"}, ConfigurationError,
         "bidirectional: expected a valid boolean, got 'x'"),
        (two_waves(), {"horizon": 6, "cells": "RNN,LSTM"}, ConfigurationError,
         "cells: expected a list of cells, got 'RNN,LSTM'"),
        (two_waves(), {"horizon": 6, "cells": []}, ConfigurationError,
         "cells: expected at least one of RNN, RNN-relu, LSTM, GRU, GRU-after, CIFG, MGU, got none"),
        (two_waves(), {"horizon": 6, "cells": ["QRU"]}, ConfigurationError,
         "cell: expected one of RNN, RNN-relu, LSTM, GRU, GRU-after, CIFG, MGU, got 'QRU'; did you mean GRU?"),
        (two_waves(), {"horizon": 6, "estimator": CLASSIFY}, ConfigurationError,
         "estimator: expected a ForecasterConfig, got ClassifierConfig"),
        (sequences(), {"estimator": FORECAST}, ConfigurationError,
         "estimator: expected a ClassifierConfig, got ForecasterConfig"),
        (two_waves(), {"horizon": 100}, SeriesTooShortError,
         "test data: comparing at horizon 100 needs a series of at least 302 rows, the longest has 180; "
         "give more rows or a shorter horizon"),
        (series_set([np.full(150, 5.0)]), {"horizon": 6}, DataError,
         "test data: expected a target that varies, got one that is constant; there is nothing to compare, "
         "as the naive forecast is never wrong"),
        (one_class(), {}, DataError,
         "a.csv: expected at least two classes, got one: 'high' everywhere"),
    ],
)  # fmt: skip
def test_mistakes(data: Any, options: dict[str, Any], kind: type[GatewiseError], message: str) -> None:
    with pytest.raises(kind) as caught:
        gatewise.compare(data, config=BRIEF, **options)
    assert str(caught.value) == message


@pytest.mark.parametrize("config", [3, {"seeds": 3}])
def test_a_configuration_of_another_kind(config: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        gatewise.compare(two_waves(), horizon=6, config=config)
    assert str(caught.value) == f"config: expected a ComparisonConfig, got {config!r}"


def test_numbers_of_numpy_are_numbers() -> None:
    given: dict[str, Any] = {"horizon": np.int64(6), "random_state": np.int64(1)}
    assert prepare(two_waves(), config=BRIEF, **given).plan.random_state == 1


def test_a_wave_that_repeats_itself_exactly() -> None:
    exact = np.tile(np.arange(12.0), 20)
    with pytest.raises(DataError) as caught:
        prepare(series_set([exact]), horizon=6, config=BRIEF)
    assert str(caught.value) == (
        "test data: expected a target that varies, got one that is constant or repeats itself exactly every "
        "12 rows; there is nothing to compare, as the naive forecast is never wrong"
    )


def test_series_that_are_not_tested_on_are_named() -> None:
    facts = prepare(
        series_set([waves(150), waves(8), np.full(150, 3.0)]), horizon=6, config=BRIEF, estimator=FORECAST
    ).task.facts()
    assert facts.notes == ("1 of 3 series not tested on, too short or constant: c",) or facts.notes == (
        "2 of 3 series not tested on, too short or constant: b, c",
    )


def test_noise_on_a_slow_wave_is_not_taken_for_a_season_of_two() -> None:
    random = np.random.default_rng(0)
    wave = 10 + 3 * np.sin(2 * np.pi * np.arange(900) / 24) + random.normal(0, 0.5, 900)
    task = prepare(series_set([wave]), horizon=24, config=BRIEF).task
    assert task.facts().facts["season"] == "24 rows"


@pytest.mark.slow
def test_the_model_is_what_the_preferences_recommend(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepare(two_waves(), horizon=6, prefer="size", config=BRIEF, estimator=FORECAST)
    recommend = Comparison.recommend

    def rnn_if_size_counts(self: Comparison, **preferences: Any) -> Recommendation:
        found = recommend(self, **preferences)
        return found.model_copy(update={"choice": "RNN" if self.preferences.prefer == "size" else "linear"})

    monkeypatch.setattr(Comparison, "recommend", rnn_if_size_counts)
    told: list[Stage] = []
    chosen = prepared.run(progress=told.append).model
    assert isinstance(chosen, SequenceForecaster)
    assert chosen.cell == "RNN"
    assert [(stage.name, stage.done) for stage in told[-2:]] == [("model", 0), ("model", 1)]
