"""The table of cells and rivals on all data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from measured import measured

import gatewise
from benchmarks.field.compared import compared
from benchmarks.field.run import LOSES, expected_loss, result_of
from benchmarks.public import PUBLIC, PublicSet
from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.results import Comparison


def test_a_choice_that_is_clear_loses_nothing() -> None:
    assert expected_loss(measured(cells=1, count=400)) == 0
    # Ten units are too few to find the better of two that differ by less than their noise.
    assert expected_loss(measured(seeds=2, count=10)) > 0


def test_every_data_set_has_a_row_and_all_its_candidates() -> None:
    evidence = measured()
    result = result_of([("waves", "two waves", evidence), ("other", "others", evidence)], 240)
    assert [row["data set"] for row in result.rows] == ["waves", "other"]
    (row, _) = result.rows
    assert row["best rival"] == f"{evidence.baselines[0].name} {evidence.baselines[0].fit.error.mean:.3g}"
    assert isinstance(row[LOSES], tuple)
    assert result.notes[1].startswith("**waves**, two waves: ")
    assert all(one.name in result.notes[1] for one in evidence.candidates)
    assert result.targets[0].what.startswith("mean of what")


def test_a_comparison_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []

    def compare(data: Any, **options: Any) -> Comparison:
        calls.append((data, options))
        return Comparison(measured())

    monkeypatch.setattr(gatewise, "compare", compare)
    one = PublicSet("waves", "two waves", lambda: "data", options={"horizon": 3})
    config = ComparisonConfig(budget=60)
    first = compared(one, config, tmp_path)
    assert compared(one, config, tmp_path) == first == measured()
    assert calls == [("data", {"test": None, "config": config, "horizon": 3})]
    # Another budget is another comparison.
    compared(one, ComparisonConfig(budget=120), tmp_path)
    assert len(calls) == 2


def test_names_of_the_data_sets_are_unique() -> None:
    assert len({one.name for one in PUBLIC}) == len(PUBLIC)
