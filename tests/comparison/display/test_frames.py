"""What was measured as data frames."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars
import pyarrow as pa
import pytest
from evidence import classification_evidence, forecast_evidence
from small import two_waves

from gatewise.comparison.compare import prepare
from gatewise.comparison.results import Comparison
from gatewise.data.readers.table.frames import kind_of_frame
from gatewise.verdict.evidence import Estimate, Evidence


def with_errors(evidence: Evidence) -> Evidence:
    """Two seeds on three test units of the first candidate; its error is endless."""
    first, *rest = evidence.candidates
    fit = first.fit.model_copy(
        update={"units": (((0.5, 0.7, 0.9), (0.4, 0.6, 0.8)),), "error": Estimate(mean=float("inf"))}
    )
    return evidence.model_copy(update={"candidates": (first.model_copy(update={"fit": fit}), *rest)})


def test_the_leaderboard_has_the_best_first_and_units_in_its_names() -> None:
    board = Comparison(with_errors(forecast_evidence())).leaderboard()
    assert list(board) == [
        "candidate", "kind", "recommended", "metric", "error", "low", "high", "MAE", "RMSE", "sMAPE", "coverage-90",
        "fit_seconds", "predict_seconds", "step_latency_us", "parameters", "model_bytes", "state_bytes",
        "peak_training_bytes",
    ]  # fmt: skip
    assert list(board["candidate"]) == ["GRU", "LSTM", "gradient boosting", "linear", "seasonal naive", "RNN"]
    assert list(board["recommended"]) == [True] + [False] * 5
    assert board["error"].iloc[0] == 0.682
    assert board["parameters"].iloc[0] == 17364
    assert board["parameters"].isna().sum() == 3


def test_preferences_decide_what_is_recommended() -> None:
    comparison = Comparison(forecast_evidence())
    board = comparison.leaderboard(prefer="latency").set_index("candidate")
    assert board.index[board["recommended"]].tolist() == [comparison.recommend(prefer="latency").choice]


@pytest.mark.parametrize(
    ("kind", "frame"), [("pandas", pd.DataFrame), ("polars", polars.DataFrame), ("pyarrow", pa.Table)]
)
def test_frames_are_of_the_kind_that_was_given(kind: Any, frame: type) -> None:
    comparison = Comparison(classification_evidence(), frame_kind=kind)
    assert isinstance(comparison.leaderboard(), frame)
    assert isinstance(comparison.to_frame(), frame)


def test_every_error_is_a_row() -> None:
    frame = Comparison(with_errors(forecast_evidence())).to_frame()
    assert list(frame) == ["candidate", "kind", "fold", "seed", "unit", "error"]
    assert len(frame) == 6
    assert frame.iloc[4].tolist() == ["RNN", "cell", 0, 1, 1, 0.6]


def test_whose_frame_it_is() -> None:
    table = {"a": [1]}
    frames = (
        pd.DataFrame(table),
        polars.DataFrame(table),
        polars.LazyFrame(table),
        pa.table(table),
        "a.csv",
        two_waves(),
    )
    assert [kind_of_frame(one) for one in frames] == ["pandas", "polars", "polars", "pyarrow", None, None]


def test_a_comparison_knows_the_kind_it_was_given() -> None:
    rows = 120
    frame = polars.DataFrame(
        {"ds": list(range(rows)), "y": [float(k % 12) + 0.1 * (k % 5) for k in range(rows)]}
    )
    assert prepare(frame, horizon=6, target="y", time="ds", workers=1).frame_kind == "polars"
    assert prepare(two_waves(), horizon=6, workers=1).frame_kind is None
