"""What a verdict is worth where the truth is known, and the table of that."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from measured import measured

from benchmarks.verdicts import run as module
from benchmarks.verdicts.cases import CASES
from benchmarks.verdicts.judge import Judgement, allowed, extra_error, judge
from benchmarks.verdicts.run import Drawn, drawn_from, run
from gatewise.verdict.recommend import Recommendation

BY_NAME = {case.name: case for case in CASES}
CELLS, ITSELF = BY_NAME["memory-of-12"], BY_NAME["a-cell-and-itself"]
MEANS = {"majority": 0.8, "linear": 0.105, "RNN": 0.2, "LSTM": 0.1, "GRU": 0.104}


def verdict(state: Any, choice: str | None, *tied: str) -> Recommendation:
    return Recommendation(state=state, choice=choice, kind="cell", sentence="", tied=tied)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (verdict("winner", "LSTM"), Judgement.RIGHT),
        (verdict("tie", "GRU", "GRU", "LSTM"), Judgement.RIGHT),
        (verdict("winner", "GRU"), Judgement.WRONG),
        (verdict("baseline", "linear"), Judgement.NEAR),
        (verdict("tie", "linear", "linear", "GRU"), Judgement.RIGHT),
        (verdict("tie", "RNN", "RNN", "GRU"), Judgement.WRONG),
        (verdict("baseline", "majority"), Judgement.WRONG),
        (verdict("none", None), Judgement.WRONG),
        (verdict("undecided", "majority"), Judgement.UNDECIDED),
    ],
)
def test_a_verdict_is_judged_by_the_truth(said: Recommendation, expected: Judgement) -> None:
    assert judge(CELLS, MEANS, "majority", said) is expected


def test_no_winner_is_right_among_the_same() -> None:
    means = {"majority": 0.6, "linear": 0.5, "GRU-a": 0.2, "GRU-b": 0.2}
    assert judge(ITSELF, means, "majority", verdict("winner", "GRU-a")) is Judgement.WRONG
    assert judge(ITSELF, means, "majority", verdict("tie", "GRU-a", "GRU-a", "GRU-b")) is Judgement.RIGHT


def test_near_is_five_percent_or_a_hundredth_of_the_baseline() -> None:
    assert allowed({"mean": 1.0, "GRU": 0.8}, "mean") == pytest.approx(0.84)
    assert allowed({"mean": 1.0, "GRU": 0.0}, "mean") == pytest.approx(0.01)
    assert extra_error({"mean": 2.0, "GRU": 0.5, "RNN": 1.0}, "mean", "RNN") == 0.25


def test_the_same_draws_are_judged_every_time(capsys: pytest.CaptureFixture[str]) -> None:
    evidence = measured()
    first, second = (drawn_from(CELLS, evidence, "all", 10) for _ in range(2))
    assert first == second
    assert first.judgements.total() == first.answers.total() == 10
    assert "memory-of-12, all: " in capsys.readouterr().err


def test_the_table_has_a_row_for_each_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "compared", lambda *_: measured(cells=3))
    counts = Counter({Judgement.RIGHT: 7, Judgement.UNDECIDED: 2, Judgement.WRONG: 1})
    undecided = {("undecided", "GRU"): 1, ("undecided", "LSTM"): 1}
    answers = Counter({("tie", "LSTM"): 7, **undecided, ("baseline", "majority"): 1})
    monkeypatch.setattr(module, "drawn_from", lambda *_: Drawn(counts, answers, 1.25))
    result = run(seeds=5, threads=1, draws=10, folder=tmp_path, names=["memory-of-12"])
    rows = [{name: value for name, value in row.items() if name != "verdict on all"} for row in result.rows]
    shares = {"right, %": (70.0,), "undecided, %": (20.0,), "near, %": (0.0,), "wrong, %": (10.0,)}
    said = {**shares, "extra error, %": (1.25,), "most often": "tie: LSTM 70 %, undecided 20 %"}
    assert rows == [
        {
            "data set": "memory-of-12",
            "draws": "all",
            "independent units": "40",
            "right answer": "RNN or LSTM or GRU or MiniRocket",
            **said,
        },
        {"data set": "memory-of-12", "draws": "25 units", "independent units": "25", **said},
        {"data set": "memory-of-12", "draws": "10 units", "independent units": "10", **said},
    ]
    assert [str(target) for target in result.targets][:2] == [
        "target: draws of all seeds and units: right or undecided, %, at or above 95: missed with 90.0",
        "target: draws of all seeds and units: wrong, %, at or below 2: missed with 10.0",
    ]
    assert str(result.targets[-1]) == (
        "target: data sets that are enough, and most draws of all are undecided, at or below 0: reached with 0"
    )
