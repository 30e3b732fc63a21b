"""Measuring one candidate after the other."""

from __future__ import annotations

import pytest

from benchmarks.candidates import Candidate, mean_of, measure


@pytest.mark.parametrize(("seeded", "expected"), [(True, (0.0, 1.0, 2.0)), (False, (0.0,))])
def test_only_what_depends_on_a_seed_is_repeated(
    seeded: bool, expected: tuple[float, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    fitted: list[float] = []
    row = measure(
        Candidate("GRU", float, seeded), 3, fit=fitted.append, score=lambda estimator: {"MSE": estimator}
    )
    assert row["method"] == "GRU"
    assert row["MSE"] == expected == tuple(fitted)
    assert len(row["seconds"]) == len(expected)
    assert "GRU, seed 0: MSE 0, seconds" in capsys.readouterr().err
    assert mean_of([{"method": "RNN", "MSE": (9.0,)}, row], "GRU", "MSE") == pytest.approx(len(expected) // 2)
