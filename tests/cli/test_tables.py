"""The tables in the terminal."""

from __future__ import annotations

import pytest
from evidence import classification_evidence, forecast_evidence, recommendation_for
from rich.console import Console

from gatewise.cli import tables
from gatewise.verdict.evidence import Evidence


def shown(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is printed on a terminal of 80 columns, blanks of any kind and number as one."""
    console = Console(width=80, highlight=False)
    monkeypatch.setattr(tables, "out", console)
    with console.capture() as captured:
        tables.show_comparison(evidence, recommendation_for(evidence))
    text = captured.get()
    assert max(map(len, text.splitlines())) <= 80
    return " ".join(text.split())


def test_every_row_has_its_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(classification_evidence(), monkeypatch)
    assert "error rate, share of 61.2 % 1.25 % 0.42 %* 87.5 % sequences 95 % interval" in text
    assert "half-life at initialisation, steps back 3 14 11 under 0.1 % 0.86 % 0.24 % left at 96" in text
    assert "error rate with another's past, beyond 12 87.4 %" in text
    assert "error rate with another's past, beyond 50 87.4 %" in text
    assert "parameters, recurrent layer" in text
    forecast = shown(forecast_evidence(), monkeypatch)
    assert "half-life after training, steps of 24 6 38 31 rows back" in forecast
    # Beside six candidates there is no room for it.
    assert "* best of the row MASE: × in-sample seasonal naive error" in forecast
    assert "task RNN LSTM GRU naive linear boosting MASE 0.741" in forecast


def test_the_star_is_explained_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = classification_evidence()
    assert shown(evidence, monkeypatch).count("* best of the row") == 1
    alone = evidence.model_copy(update={"candidates": evidence.candidates[:1]})
    assert "*" not in shown(alone, monkeypatch)


@pytest.mark.parametrize(("trials", "label"), [(1, "learning rate 0.003"), (4, "learning rate, tuned 0.003")])
def test_a_rate_is_tuned_where_several_were_tried(
    trials: int, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = classification_evidence()
    plan = evidence.plan.model_copy(update={"trials": trials})
    assert label in shown(evidence.model_copy(update={"plan": plan}), monkeypatch)
