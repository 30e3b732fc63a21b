"""Which values stand in the tables, and which are marked."""

from __future__ import annotations

import math

from evidence import classification_evidence, forecast_evidence

from gatewise.report import tables
from gatewise.report.quantities import Row
from gatewise.verdict.evidence import Cost, Estimate, Evidence


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


def test_half_lives_are_counted_in_the_users_steps_with_what_is_left() -> None:
    shown = rows_of(forecast_evidence(), "Gradient")["half-life after training steps of 24 rows back"].cells
    assert [(cell.text, cell.note) for cell in shown[:4]] == [
        ("6", "under 0.1\u202f% left at 96"),
        ("38", "17\u202f% left at 96"),
        ("31", "12\u202f% left at 96"),
        ("–", ""),
    ]
    trained = rows_of(classification_evidence(), "Gradient")["half-life after training steps back"].cells
    assert (trained[1].text, trained[1].note) == ("never half", "100\u202f% left at 96")


def test_errors_without_the_past_stand_in_the_table() -> None:
    rows = rows_of(classification_evidence(), "Gradient")
    assert [label for label in rows if "another's" in label] == [
        "error rate with another's past beyond 12 steps",
        "error rate with another's past beyond 50 steps",
    ]
    shown = rows["error rate with another's past beyond 50 steps"].cells
    assert [(cell.text, cell.note) for cell in shown] == [
        ("87.4\u202f%", "+26.2 points"),
        ("87.4\u202f%", "+86.2 points"),
        ("87.4\u202f%", "+87.0 points"),
        ("–", ""),
    ]
    assert not [label for label in rows_of(forecast_evidence(), "Gradient") if "another's" in label]


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


def test_unstable_trainings_are_counted() -> None:
    evidence = forecast_evidence()
    assert "unstable trainings" not in rows_of(evidence, "Training efficiency")
    rnn, *others = evidence.candidates
    assert rnn.training is not None
    unstable = rnn.model_copy(update={"training": rnn.training.model_copy(update={"unstable": 2})})
    rows = rows_of(evidence.model_copy(update={"candidates": (unstable, *others)}), "Training efficiency")
    assert [c.text for c in rows["unstable trainings"].cells][:3] == ["2", "0", "0"]


def test_cells_and_baselines_stand_in_one_row_of_costs() -> None:
    evidence = classification_evidence()
    costs = {"GRU": Cost(fit_seconds=64.2, predict_seconds=2e-3, model_bytes=2048),
             "majority class": Cost(fit_seconds=0.02, predict_seconds=1e-5)}  # fmt: skip
    candidates = tuple(
        c.model_copy(update={"cost": costs[c.name]}) if c.name in costs else c for c in evidence.candidates
    )
    rows = rows_of(evidence.model_copy(update={"candidates": candidates}), "Cost")
    shown = {label: [cell.text.replace("\u202f", " ") for cell in row.cells] for label, row in rows.items()}
    # What files of the first version hold of cells stands there, too.
    assert shown == {
        "fitting one model": ["2.10 s", "5.10 s", "64.2 s", "20.0 ms"],
        "one answer a sequence": ["–", "–", "2.00 ms", "10.0 µs"],
        "model on disk": ["60.5 KiB", "60.7 KiB", "2.00 KiB", "–"],
    }
    assert "one answer a forecast" not in rows_of(forecast_evidence(), "Cost")


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
