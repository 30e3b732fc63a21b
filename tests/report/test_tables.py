"""Which values stand in the tables, and which are marked."""

from __future__ import annotations

import math

from evidence import classification_evidence, forecast_evidence

from gatewise.report import tables
from gatewise.report.quantities import Row
from gatewise.verdict.evidence import Estimate, Evidence


def rows_of(evidence: Evidence, title: str) -> dict[str, Row]:
    group = next(g for g in tables.comparison(evidence).groups if g.title == title)
    return {f"{row.label} {row.unit}".strip(): row for row in group.rows}


def best_of(evidence: Evidence, title: str, label: str) -> list[str]:
    columns = tables.comparison(evidence).columns
    cells = rows_of(evidence, title)[label].cells
    return [name for name, cell in zip(columns, cells, strict=True) if cell.best]


def test_columns_are_cells_then_baselines() -> None:
    assert tables.comparison(forecast_evidence()).columns == (
        "RNN",
        "LSTM",
        "GRU",
        "seasonal naive",
        "linear",
        "gradient boosting",
    )


def test_the_best_is_marked_where_less_or_more_is_a_merit() -> None:
    evidence = classification_evidence()
    assert best_of(evidence, "Fit to the task", "error rate share of sequences") == ["GRU"]
    assert best_of(evidence, "Fit to the task", "accuracy") == ["GRU"]
    assert best_of(evidence, "Training efficiency", "updates per second") == ["RNN"]
    assert best_of(evidence, "Training efficiency", "learning rate tuned") == []
    assert best_of(forecast_evidence(), "Fit to the task", "coverage of the 90\u202f% interval") == []


def test_parameters_are_no_merit_where_they_were_made_equal() -> None:
    evidence = forecast_evidence()
    assert best_of(evidence, "Structure", "parameters whole network") == []
    hidden = evidence.model_copy(update={"plan": evidence.plan.model_copy(update={"match": "hidden"})})
    assert best_of(hidden, "Structure", "parameters whole network") == ["LSTM"]


def test_values_that_look_equal_are_marked_together() -> None:
    evidence = with_errors(forecast_evidence(), {"RNN": 0.6821})
    assert best_of(evidence, "Fit to the task", "MASE × in-sample seasonal naive error") == ["RNN", "GRU"]


def test_a_diverged_cell_says_so() -> None:
    evidence = with_errors(classification_evidence(), {"RNN": math.nan})
    assert rows_of(evidence, "Fit to the task")["error rate share of sequences"].cells[0].text == "diverged"
    assert [c.text for c in rows_of(evidence, "Training efficiency")["diverged trainings"].cells] == [
        "1",
        "0",
        "0",
        "–",
    ]
    assert rows_of(evidence, "Training efficiency")["to the common loss"].cells[0].text == "never"
    assert "diverged trainings" not in rows_of(forecast_evidence(), "Training efficiency")


def test_cells_of_one_backend_share_a_line() -> None:
    reason = "torch: the reference runs everywhere; no compiled kernel is installed"
    assert tables.backends(forecast_evidence()) == (("RNN, LSTM, GRU", reason),)


def with_errors(evidence: Evidence, errors: dict[str, float]) -> Evidence:
    candidates = tuple(
        c.model_copy(update={"fit": c.fit.model_copy(update={"error": Estimate(mean=errors[c.name])})})
        if c.name in errors
        else c
        for c in evidence.candidates
    )
    return evidence.model_copy(update={"candidates": candidates})
