"""A comparison as text."""

from __future__ import annotations

from evidence import forecast_evidence

from gatewise.comparison.display.text import as_text
from gatewise.comparison.results import Comparison
from gatewise.verdict.evidence import Cost, Evidence


def with_costs(evidence: Evidence) -> Evidence:
    """The GRU has costs, the others do not."""
    cost = Cost(fit_seconds=8.25, predict_seconds=0.00031, model_bytes=70_400)
    gru = evidence.cells[-1].model_copy(update={"cost": cost})
    return evidence.model_copy(update={"candidates": (*evidence.cells[:-1], gru, *evidence.baselines)})


def test_verdict_and_candidates_the_best_first() -> None:
    assert repr(Comparison(with_costs(forecast_evidence()))).splitlines() == [
        "weather.csv: forecast; 1 series, 8 730 rows of 1 hour",
        "Use the GRU, whose MASE is the lowest; GRU and LSTM are shown to be equal.",
        "",
        "                      MASE   95 % interval  fitting  one answer     model",
        "→ GRU                0.682  0.655 to 0.709   8.25 s      310 µs  68.8 KiB",
        "  LSTM               0.689  0.661 to 0.717        –           –         –",
        "  RNN                0.741  0.711 to 0.771        –           –         –",
        "  gradient boosting  0.751  0.721 to 0.781        –           –         –",
        "  linear             0.773  0.742 to 0.804        –           –         –",
        "  seasonal naive      1.04    1.00 to 1.08        –           –         –",
    ]


def test_a_partial_one_says_so_and_columns_without_a_value_are_left_out() -> None:
    evidence = forecast_evidence()
    plan = evidence.plan.model_copy(update={"jobs": 45, "jobs_done": 12})
    evidence = evidence.model_copy(update={"plan": plan})
    lines = as_text(evidence, Comparison(evidence).recommend()).splitlines()
    assert lines[1] == "Partial: 12 of 45 trainings; no verdict yet."
    assert lines[3] == "What would settle it: `resume=True` does the rest."
    assert lines[5] == "                      MASE   95 % interval"
