"""Streams: states in and out, many side by side, saved, pickled, and refused where they do not fit."""

from __future__ import annotations

import pickle
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gatewise
from gatewise import ClassifierConfig, TrainingConfig
from gatewise.errors import DataError, SavedModelError
from gatewise.nn import use_backend

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(8, 12, 2)).astype(np.float32)


@pytest.fixture(scope="module")
def model() -> Any:
    return fitted(0)


def fitted(seed: int) -> Any:
    config = ClassifierConfig(training=TrainingConfig(steps=3))
    found = gatewise.SequenceClassifier(
        "LSTM", bidirectional=False, hidden_size=4, random_state=seed, config=config
    )
    return found.fit(X, [0, 1] * 4)


def test_many_side_by_side(model: Any) -> None:
    stream = model.open_stream(batch=len(X))
    for rows in X.swapaxes(0, 1):
        answer = stream.step(rows)
    np.testing.assert_allclose(answer, model.predict_proba(X), atol=1e-6)
    assert stream.names == ("0", "1")
    # Some begin anew.
    stream.reset([1, 3])
    again = stream.step(X[:, 0])
    alone = model.open_stream().step(X[1, 0])
    np.testing.assert_allclose(again[1], alone, atol=1e-6)
    assert np.abs(again[0] - model.open_stream().step(X[0, 0])).max() > 1e-4


def test_going_on_from_a_state_a_file_and_a_pickle(model: Any, tmp_path: Path) -> None:
    stream = model.open_stream()
    for row in X[0, :7]:
        stream.step(row)
    kept, file = stream.state, stream.save(tmp_path / "states")
    copy = pickle.loads(pickle.dumps(stream))
    expected = [stream.step(row) for row in X[0, 7:]]
    other = model.open_stream()
    other.state = kept
    restored = model.open_stream()
    restored.restore(file)
    for way in (other, restored, copy):
        np.testing.assert_array_equal([way.step(row) for row in X[0, 7:]], expected)
    stream.reset()
    np.testing.assert_array_equal(stream.step(X[0, 0]), model.open_stream().step(X[0, 0]))


def test_a_model_that_was_saved_goes_on(model: Any, tmp_path: Path) -> None:
    stream = model.open_stream()
    stream.step(X[0, 0])
    file = stream.save(tmp_path / "states")
    loaded = gatewise.load(model.save(tmp_path / "model")).open_stream()
    loaded.restore(file)
    np.testing.assert_array_equal(loaded.step(X[0, 1]), stream.step(X[0, 1]))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([1.0], r"expected shape \(2,\) \(channels\), got \(1,\)"),
        ([1.0, float("nan")], "channel 1 is NaN"),
        (["a", "b"], "expected 2 numbers"),
    ],
)
def test_what_does_not_fit_changes_nothing(model: Any, row: Any, message: str) -> None:
    stream = model.open_stream()
    stream.step(X[0, 0])
    before = stream.state
    with pytest.raises(DataError, match=message):
        stream.step(row)
    for name, array in stream.state.items():
        np.testing.assert_array_equal(array, before[name])


def test_states_of_others_are_refused(model: Any, tmp_path: Path) -> None:
    stream = model.open_stream()
    file = stream.save(tmp_path / "states")
    with pytest.raises(SavedModelError, match="states of another model"):
        fitted(1).open_stream().restore(file)
    file.write_bytes(b"nothing")
    with pytest.raises(SavedModelError, match="cannot be read as states"):
        stream.restore(file)
    with pytest.raises(DataError, match="'rows' is missing"):
        stream.state = {}
    with pytest.raises(DataError, match="'rows': expected int64"):
        stream.state = stream.state | {"rows": np.zeros(1)}
    with pytest.raises(DataError, match="whole number from 1"):
        model.open_stream(batch=0)


def test_reset_names_streams_that_are_there(model: Any) -> None:
    stream = model.open_stream(batch=2)
    with pytest.raises(DataError, match=r"streams: expected numbers from 0 to 1, got 2"):
        stream.reset([0, 2])


def test_several_threads_wait_for_each_other(model: Any) -> None:
    stream, alone = model.open_stream(), model.open_stream()
    rows = np.resize(X[0], (400, 2)).astype(np.float32)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(stream.step, [rows[0]] * len(rows)))
    for _ in rows:
        alone.step(rows[0])
    for name, array in stream.state.items():
        np.testing.assert_array_equal(array, alone.state[name])


def test_answers_stay_as_they_were(model: Any) -> None:
    stream = model.open_stream()
    first = stream.step(X[0, 0])
    kept = first.copy()
    stream.step(X[0, 1])
    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize("backend", ["kernels", "reference"])
def test_every_way_of_giving_a_row(model: Any, backend: str) -> None:
    with use_backend(backend):
        ways = [model.open_stream() for _ in range(4)]
    assert {way.backend.name for way in ways} == {backend}
    row = X[0, 0].astype(np.float16)
    answers = [
        way.step(given)
        for way, given in zip(
            ways, (row.astype(np.float32), row.astype(np.float64), row, row.tolist()), strict=True
        )
    ]
    for answer in answers[1:]:
        np.testing.assert_array_equal(answer, answers[0])


def both_of_sum(state: Any) -> Any:
    return state["sum"].astype(np.float64) + state["rest of sum"]


def test_years_of_steps(model: Any) -> None:
    """What was counted and summed up over many steps still counts, and takes no more room."""
    stream = model.open_stream()
    before = 30_000_000  # beyond what float32 counts
    state = stream.state
    state["rows"][...] = before
    state["sum"][...] = 0.25 * before  # which float32 has without a rest
    state["maximum"][...] = 1.0
    stream.state = state
    rows = np.resize(X[0], (2_000, 2)).astype(np.float32)
    stream.step(rows[0])
    tracemalloc.start()
    for row in rows:
        stream.step(row)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 10_000
    # The same outputs from a stream that has just begun, whose sums are small.
    young = model.open_stream()
    young.state = state | {"sum": np.zeros(4, np.float32)}
    for row in (rows[0], *rows):
        young.step(row)
    outputs = both_of_sum(young.state)
    after = stream.state
    assert after["rows"].tolist() == [before + 2_001]
    np.testing.assert_allclose(both_of_sum(after) - 0.25 * before, outputs, rtol=1e-5)
    assert {name: array.nbytes for name, array in after.items()} == {
        name: array.nbytes for name, array in state.items()
    }


@pytest.mark.parametrize("backend", ["kernels", "reference"])
def test_what_is_missing_is_filled_as_in_the_data_that_were_fitted(backend: str) -> None:
    config = ClassifierConfig(training=TrainingConfig(steps=3))
    model = gatewise.SequenceClassifier(
        "GRU", bidirectional=False, hidden_size=4, random_state=0, config=config
    ).fit(X, [0, 1] * 4, impute="previous")
    rows = X[0].copy()
    rows[3:5, 0], rows[7, 1], rows[8] = np.nan, np.inf, np.nan
    with use_backend(backend):
        stream = model.open_stream()
    with pytest.raises(
        DataError, match="channel 1 is missing, and no value came before it; begin with a row"
    ):
        stream.step([1, np.nan])
    answers = [stream.step(row) for row in rows]
    for length in (4, 5, 8, len(rows)):
        np.testing.assert_allclose(answers[length - 1], model.predict_proba([rows[:length]])[0], atol=1e-6)
    stream.reset()
    with pytest.raises(DataError, match="channel 0 is missing"):
        stream.step([np.nan, 1])
    assert stream.backend.name == backend
