"""Models that earlier versions saved: this one loads them, and they answer as they did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from golden.answers import answers

import gatewise
from gatewise.errors import MissingDependencyError
from gatewise.estimators.loading import ESTIMATORS

GOLDEN = Path(__file__).parent / "golden"
SETS = sorted(path for path in GOLDEN.iterdir() if (path / "comparison-forecast.json").is_file())
MODELS = sorted(path.parent for folder in SETS for path in folder.glob("*/config.json"))
# Of a gradient's norms.
FOLLOWED = {"half_life", "verdict"}
# Another processor sums in another order; weights are float32.
RELATIVE, ABSOLUTE = 1e-4, 1e-5


def differences(found: Any, expected: Any, place: str = "") -> list[str]:
    """Every place where two values of JSON differ: numbers beyond the tolerance, all else at all.

    Keys that have come since are no difference, nor is what follows from other keys by today's definition.
    """
    if isinstance(expected, dict) and isinstance(found, dict) and found.keys() >= expected.keys():
        kept = expected.keys() - FOLLOWED if "norms" in expected else expected
        return [line for key in kept for line in differences(found[key], expected[key], f"{place}.{key}")]
    if isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        return [line for number, pair in pairs for line in differences(*pair, f"{place}[{number}]")]
    if isinstance(expected, float):
        expected = pytest.approx(expected, rel=RELATIVE, abs=ABSOLUTE)
    return [] if found == expected else [f"{place}: {found!r} instead of {expected!r}"]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_saved_model_answers_as_it_did(path: Path) -> None:
    stored = json.loads((path / "answers.json").read_text(encoding="utf-8"))
    model = gatewise.load(path)
    assert type(model).__name__ == path.name.partition("-")[0]
    try:
        found = answers(model, stored["question"], path.parent)
    except MissingDependencyError as error:
        pytest.skip(str(error))
    assert differences(found, stored["answers"]) == []


def test_every_estimator_has_a_golden_model() -> None:
    assert {path.name.partition("-")[0] for path in MODELS} == set(ESTIMATORS)


@pytest.mark.parametrize(
    "path", sorted(GOLDEN.glob("*/comparison-*.json")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_comparison_is_read_and_recommends(path: Path) -> None:
    comparison = gatewise.Comparison.from_json(path)
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert differences(json.loads(comparison.to_json()), stored) == []
    assert comparison.recommend().choice in {candidate["name"] for candidate in stored["candidates"]}


def test_a_difference_is_seen() -> None:
    expected = {"a": [1.0, "x"], "b": 2}
    assert differences({"a": [1.00001, "x"], "b": 2, "new": 1}, expected) == []
    assert differences({"a": [1.01, "y"], "b": 3}, expected) == [
        ".a[0]: 1.01 instead of 1.0 ± 1.0e-04",
        ".a[1]: 'y' instead of 'x'",
        ".b: 3 instead of 2",
    ]
    assert differences({"a": [1.0], "b": 2}, expected) == [".a: [1.0] instead of [1.0, 'x']"]
    assert differences({"b": 2}, expected) == [f": {{'b': 2}} instead of {expected!r}"]
