"""The finished comparison as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from evidence import classification_evidence, forecast_evidence

import gatewise
from gatewise.comparison.results import Comparison
from gatewise.errors import ConfigurationError, SavedModelError
from gatewise.verdict.evidence import Estimate, Evidence

GOLDEN = Path(__file__).parent / "evidence_keys.txt"
# Dictionaries whose keys come from the data.
FREE = {
    "facts",
    "versions",
    "metrics",
    "open",
    "shut",
    "forecasts",
    "low",
    "high",
    "confusion",
    "predicted",
    "written",
    "seeds_by_cell",
    "steps_by_cell",
    "full_steps_by_cell",
    "options",
    "estimator",
    "errors",
    "bias",
    "coverage",
    "right",
    "probabilities",
    "residuals",
    "worst",
    "lines",
    "parts",
    "gates",
}


def keys(value: Any, place: str = "") -> set[str]:
    """Every place in a JSON value where something stands; names that data give are ``*``."""
    if isinstance(value, list):
        return set().union(*(keys(one, f"{place}[]") for one in value)) if value else {f"{place}[]"}
    if not isinstance(value, dict):
        return {place}
    found: set[str] = set()
    for key, one in value.items():
        free = place.rpartition(".")[2] in FREE
        found |= keys(one, f"{place}.{'*' if free else key}".lstrip("."))
    return found or {place}


@pytest.mark.parametrize(
    "evidence", [forecast_evidence(), classification_evidence()], ids=["forecast", "class"]
)
def test_to_json_and_back(evidence: Evidence, tmp_path: Path) -> None:
    path = tmp_path / "comparison.json"
    text = Comparison(evidence).to_json(path)
    assert path.read_text(encoding="utf-8") == text + "\n"
    assert Comparison.from_json(path).evidence == evidence


def test_a_real_comparison_to_json_and_back(forecast_comparison: Comparison, tmp_path: Path) -> None:
    path = tmp_path / "comparison.json"
    forecast_comparison.to_json(path)
    again = Comparison.from_json(path)
    assert again.evidence == forecast_comparison.evidence
    assert again.recommend() == forecast_comparison.recommend()
    assert again.model is None


def test_an_endless_error_survives(tmp_path: Path) -> None:
    evidence = forecast_evidence()
    fit = evidence.candidates[0].fit.model_copy(update={"error": Estimate(mean=float("inf"))})
    candidate = evidence.candidates[0].model_copy(update={"fit": fit})
    evidence = evidence.model_copy(update={"candidates": (candidate, *evidence.candidates[1:])})
    path = tmp_path / "comparison.json"
    text = Comparison(evidence).to_json(path)
    assert json.loads(text)["candidates"][0]["fit"]["error"]["mean"] == "Infinity"
    assert Comparison.from_json(path).evidence == evidence


def test_the_names_in_the_file(
    forecast_comparison: Comparison, classification_comparison: Comparison
) -> None:
    """Programs read these files: a name that goes or changes needs another ``format``."""
    found = set()
    for comparison in (forecast_comparison, classification_comparison):
        found |= keys(json.loads(comparison.to_json()))
    assert sorted(found) == GOLDEN.read_text(encoding="utf-8").split("\n")[:-1]


def test_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "comparison.json"
    with pytest.raises(ConfigurationError) as caught:
        Comparison(forecast_evidence()).to_json(path)
    assert str(caught.value) == f"{path}: cannot be written (No such file or directory); name another path"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "nothing.json"
    with pytest.raises(SavedModelError) as caught:
        Comparison.from_json(path)
    assert str(caught.value) == f"{path}: cannot be read (No such file or directory)"


def test_a_file_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(SavedModelError) as caught:
        Comparison.from_json(path)
    assert str(caught.value) == f"{path}: expected a comparison as JSON, got something else (Evidence)"


def test_unknown_preferences_are_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Comparison(forecast_evidence()).recommend(fastest=True)
    assert str(caught.value) == (
        "fastest: no such option; expected some of prefer, max_parameters, max_step_latency_us, max_state_bytes"
    )


def test_former_names() -> None:
    comparison = Comparison(forecast_evidence(), model="fitted")
    assert (comparison.model, comparison.model_) == ("fitted", "fitted")
    assert Comparison.to_html is Comparison.report


@pytest.mark.slow
def test_any_candidate_can_be_saved(forecast_comparison: Comparison, tmp_path: Path) -> None:
    for name in ("RNN", "linear", forecast_comparison.saved):
        path = forecast_comparison.save(str(name), tmp_path / str(name))
        assert len(gatewise.load(path).predict()) == 12
    # As it was compared, and fitted once.
    rnn = gatewise.load(tmp_path / "RNN")
    assert (rnn.cell, rnn.hidden_size) == ("RNN", forecast_comparison.networks.models()["RNN"].hidden_size)
    assert forecast_comparison._model_of("RNN") is forecast_comparison._model_of("RNN")


def test_what_cannot_be_saved(tmp_path: Path) -> None:
    comparison = Comparison(forecast_evidence())
    with pytest.raises(ConfigurationError) as caught:
        comparison.save("GRUU", tmp_path / "model")
    assert str(caught.value) == (
        "name: expected one of RNN, LSTM, GRU, seasonal naive, linear, gradient boosting, got 'GRUU'; "
        "did you mean GRU?"
    )
    with pytest.raises(ConfigurationError) as caught:
        comparison.save("GRU", tmp_path / "model")
    assert str(caught.value) == (
        'this comparison holds numbers and no data to fit GRU on; compare again with save="GRU"'
    )
