"""Metrics against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import f1_score

from gatewise.training.metrics import (
    classification_metrics,
    forecast_metrics,
    naive_scale,
    regression_metrics,
)


def test_forecast_errors_by_hand() -> None:
    actual = np.array([[1.0, 3.0], [0.0, 10.0]])
    forecast = np.array([[2.0, 1.0], [0.0, 99.0]])
    observed = np.array([[True, True], [True, False]])
    intervals = {80: (forecast - 1, forecast + 1)}
    metrics = forecast_metrics(actual, forecast, observed, np.array([2.0, np.nan]), intervals)
    # Errors 1, 2 and 0; the last row was filled, and the second series has no unit.
    assert 0 < metrics.pop("scaled pinball") < 1
    assert metrics == pytest.approx(
        {
            "MAE": 1.0,
            "RMSE": math.sqrt(5 / 3),
            "sMAPE": (200 / 3 + 100 + 0) / 3,
            "MASE": (0.5 + 1.0) / 2,
            "coverage-80": 2 / 3,
            "width-80": 2.0,
            # Widths of 2 and, of the one miss by 1, ten times that; in units of 2.
            "MSIS-80": (1.0 + 6.0) / 2,
        }
    )


def test_without_any_unit_there_is_no_mase() -> None:
    one = np.ones((1, 1))
    assert math.isnan(forecast_metrics(one, one, one > 0, np.array([np.nan]), {})["MASE"])


def test_the_unit_of_mase() -> None:
    values = np.array([0.0, 1.0, 4.0, 3.0])
    assert naive_scale(values, 1) == pytest.approx((1 + 3 + 1) / 3)
    assert naive_scale(values, 2) == pytest.approx((4 + 2) / 2)
    # Shorter than its season: season 1.
    assert naive_scale(values, 4) == naive_scale(values, 1)


def test_the_unit_of_mase_is_of_values_that_were_observed() -> None:
    # Two days of an exchange: the value before is carried over the night.
    values = np.array([1.0, 2.0, 4.0, 4.0, 4.0, 4.0, 9.0, 10.0, 13.0])
    observed = np.array([True, True, True, False, False, False, True, True, True])
    assert naive_scale(values, 1, observed) == pytest.approx((1 + 2 + 1 + 3) / 4)
    assert naive_scale(values, 6, observed) == pytest.approx((8 + 8 + 9) / 3)
    # No two observed values stand a season apart: season 1.
    assert naive_scale(values, 4, np.arange(9) % 9 < 3) == pytest.approx((1 + 2) / 2)
    assert naive_scale(values, 2, np.ones(9, bool)) == naive_scale(values, 2)
    assert math.isnan(naive_scale(values, 1, np.arange(9) % 2 == 0))


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0, 2.0]])
def test_a_series_without_change_has_no_unit(values: list[float]) -> None:
    assert math.isnan(naive_scale(np.array(values), 1))


def test_classification_by_hand() -> None:
    actual = np.array(["a", "a", "a", "b"])
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.4, 0.6]])
    metrics = classification_metrics(actual, probabilities, np.array(["a", "b"]))
    # a: precision 1, recall 2/3; b: precision 1/2, recall 1.
    assert metrics == pytest.approx(
        {
            "accuracy": 3 / 4,
            "balanced accuracy": (2 / 3 + 1) / 2,
            "F1": (0.8 + 2 / 3) / 2,
            "log loss": -(math.log(0.9) + math.log(0.8) + math.log(0.3) + math.log(0.6)) / 4,
        }
    )


def test_a_label_that_was_never_learned() -> None:
    metrics = classification_metrics(np.array(["a", "c"]), np.array([[1.0, 0.0]] * 2), np.array(["a", "b"]))
    assert metrics["accuracy"] == metrics["balanced accuracy"] == 0.5
    assert "log loss" not in metrics
    assert metrics["unseen labels"] == 0.5


def test_regression_by_hand() -> None:
    found = regression_metrics(np.array([1.0, 2.0, 6.0]), np.array([2.0, 2.0, 4.0]))
    assert found == pytest.approx({"RMSE": math.sqrt(5 / 3), "MAE": 1.0, "R2": 1 - 5 / 14})
    assert regression_metrics(np.ones(2), np.ones(2))["R2"] == 1
    assert regression_metrics(np.ones(2), np.zeros(2))["R2"] == 0


def test_the_scaled_pinball_loss_by_hand() -> None:
    actual, forecast = np.array([[3.0, 1.0]]), np.array([[2.0, 2.0]])
    bounds = {80: (np.array([[1.0, 1.5]]), np.array([[2.5, 4.0]]))}
    found = forecast_metrics(actual, forecast, np.ones((1, 2), bool), np.array([2.0]), bounds)
    # Of 3: .1 · 2, .5 · 1, .9 · .5; of 1: .9 · .5, .5 · 1, .1 · 3; six losses, in units of 2.
    assert found["scaled pinball"] == pytest.approx((0.2 + 0.5 + 0.45 + 0.45 + 0.5 + 0.3) / 6 / 2)


def test_f1_is_the_mean_over_classes_known_from_training() -> None:
    random = np.random.default_rng(0)
    classes = np.array(["a", "b", "c", "d"])
    for _ in range(50):
        actual = random.choice(classes[: random.integers(2, 5)], 12)
        probabilities = random.dirichlet(np.ones(4), 12)
        predicted = classes[probabilities.argmax(1)]
        # scikit-learn's own choice is what was there or predicted.
        assert classification_metrics(actual, probabilities, classes)["F1"] == pytest.approx(
            f1_score(actual, predicted, average="macro", zero_division=0.0)
        )
    # A label that training has not seen is no class; its rows count as predicted wrongly.
    found = classification_metrics(
        np.array(["a", "z"]), np.array([[1.0, 0.0], [1.0, 0.0]]), np.array(["a", "b"])
    )
    assert found["F1"] == pytest.approx(2 / 3)
