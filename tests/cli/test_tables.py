"""The tables in the terminal."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from evidence import classification_evidence, forecast_evidence, recommendation_for
from rich.console import Console

from gatewise.cli import progress as progress_module
from gatewise.cli import tables
from gatewise.cli.console import Notes
from gatewise.comparison.running.progress import Stage
from gatewise.verdict.evidence import Evidence


def shown(evidence: Evidence, monkeypatch: pytest.MonkeyPatch, told: Collection[str] = ()) -> str:
    """What is printed on a terminal of 80 columns, blanks of any kind and number as one."""
    console = Console(width=80, highlight=False)
    monkeypatch.setattr(tables, "out", console)
    with console.capture() as captured:
        tables.show_comparison(evidence, recommendation_for(evidence), told)
    text = captured.get()
    assert max(map(len, text.splitlines())) <= 80
    return " ".join(text.split())


def test_every_row_has_its_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(classification_evidence(), monkeypatch)
    assert "error rate, share of 61.2 % 1.25 % 0.42 %* 87.5 % sequences 95 % interval" in text
    assert "half-life at initialisation, steps 3 14 11 back under 0.1 % 0.86 % 0.24 % left at 96" in text
    assert "error rate with another's past, 87.4 % 87.4 % 87.4 % beyond 12 steps" in text
    assert "error rate with another's past, 87.4 % 87.4 % 87.4 % beyond 50 steps" in text
    assert "parameters, recurrent layer" in text
    forecast = shown(forecast_evidence(), monkeypatch)
    assert "half-life after training, steps of 24 6 38 31 rows back" in forecast
    # Beside six candidates there is no room for it.
    assert "* best of the row MASE: × in-sample seasonal naive error" in forecast
    assert "task RNN LSTM GRU naive linear boosting MASE 0.741" in forecast


def test_many_candidates_stand_below_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = forecast_evidence()
    more = [evidence.candidates[-1].model_copy(update={"name": name}) for name in ("AutoETS", "AutoTheta")]
    many = evidence.model_copy(update={"candidates": (*evidence.candidates, *more)})
    text = shown(many, monkeypatch)
    assert "Fit to the task RNN LSTM GRU MASE 0.741" in text
    assert "linear boosting AutoETS AutoTheta MASE 1.04 0.773 0.751" in text


def test_the_star_is_explained_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = classification_evidence()
    assert shown(evidence, monkeypatch).count("* best of the row") == 1
    alone = evidence.model_copy(update={"candidates": evidence.candidates[:1]})
    assert "*" not in shown(alone, monkeypatch)


def test_what_was_told_before_is_not_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = classification_evidence()
    plan = evidence.plan.model_copy(update={"cut": ("no curves", "3 seeds instead of 5")})
    console, told = Notes(width=80, highlight=False), []
    monkeypatch.setattr(progress_module, "err", console)
    with console.capture() as captured, progress_module.comparison_progress(False, told) as progress:
        progress(Stage("probing", 1, 1, notes=("no curves",)))
    assert captured.get() == "note: no curves\n"
    text = shown(evidence.model_copy(update={"plan": plan}), monkeypatch, told)
    assert text.endswith("- Cut: 3 seeds instead of 5.")
    assert "no curves" not in text
    told.clear()
    with progress_module.comparison_progress(True, told) as progress:
        progress(Stage("probing", 1, 1, notes=("no curves",)))
    assert "- Cut: no curves. - Cut: 3 seeds" in shown(
        evidence.model_copy(update={"plan": plan}), monkeypatch, told
    )


@pytest.mark.parametrize(("trials", "label"), [(1, "learning rate 0.003"), (4, "learning rate, tuned 0.003")])
def test_a_rate_is_tuned_where_several_were_tried(
    trials: int, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = classification_evidence()
    plan = evidence.plan.model_copy(update={"trials": trials})
    assert label in shown(evidence.model_copy(update={"plan": plan}), monkeypatch)
