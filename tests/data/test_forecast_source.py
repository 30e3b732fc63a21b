"""Batches read the past and, when asked to, the target; never more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gatewise.data.forecast import ForecastSource


def source(target: np.ndarray, known: np.ndarray | None = None) -> ForecastSource:
    rows = len(target)
    known = np.zeros((rows, 0), np.float32) if known is None else known
    return ForecastSource(
        offsets=np.array([0, 6, rows]),
        target=target,
        observed=np.arange(rows) != 4,
        channels=np.arange(rows, dtype=np.float32)[:, None],
        known=known,
        static=np.array([[1.0], [2.0]], np.float32),
        spread=np.ones(2),
        context=2,
        horizon=2,
        moves=np.array([3.0, 0.5]),
        logs=np.zeros(2, bool),
    )


def test_a_batch_by_hand() -> None:
    batch = source(np.array([0, 1, 3, 5, 7, 9, 4, 8, 8, 6.0])).batch(
        np.array([0, 1]), np.array([3, 8]), with_target=True
    )
    # Windows [1, 3] and [4, 8]: deviations 1 and 2, last values 3 and 8.
    assert batch.values.tolist() == [[-2, 0], [-2, 0]]
    assert batch.location.tolist() == [[3], [8]]
    assert batch.scale.tolist() == [[1], [2]]
    assert (batch.unit.tolist(), batch.moves.tolist()) == ([[3.0], [1.5]], [[0.5], [0.5]])
    assert batch.target is not None
    assert batch.weight is not None
    assert batch.target.tolist() == [[2, 4], [0, -1]]
    assert batch.weight.tolist() == [[1, 0], [1, 1]]
    assert batch.channels[:, :, 0].tolist() == [[1, 2], [6, 7]]
    assert batch.static.tolist() == [[1], [2]]


@pytest.mark.parametrize("place", [3, 4, 5])
def test_nothing_at_or_after_the_origin_is_read(place: int) -> None:
    target = np.arange(10.0)
    changed = target.copy()
    changed[place] = 1e6
    first, second = (source(values).batch(np.array([0]), np.array([3])) for values in (target, changed))
    assert first.values.tolist() == second.values.tolist()
    assert (first.location, first.scale) == (second.location, second.scale)


def test_known_covariates_of_the_rows_to_forecast() -> None:
    known = np.arange(10, dtype=np.float32)[:, None]
    data = source(np.arange(10.0), known)
    assert data.batch(np.array([1]), np.array([8])).future[0, :, 0].tolist() == [8, 9]
    beyond = np.array([[[50], [60]]], np.float32)
    assert data.batch(np.array([1]), np.array([10]), future=beyond).future[0, :, 0].tolist() == [50, 60]


def test_a_series_that_never_moved_teaches_nothing_once_it_does() -> None:
    data = replace(source(np.array([0, 0, 0, 0, 7, 0, 1, 1, 1, 2.0])), spread=np.zeros(2))
    batch = data.batch(np.array([0, 1]), np.array([2, 8]), with_target=True)
    assert batch.target is not None
    assert batch.weight is not None
    assert batch.target.tolist() == [[0, 0], [0, 0]]
    assert batch.weight.tolist() == [[1, 1], [1, 0]]
