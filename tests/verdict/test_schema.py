"""The published form of ``comparison.json``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evidence import forecast_evidence
from jsonschema import Draft202012Validator, ValidationError

from gatewise.verdict.evidence import Estimate
from gatewise.verdict.schema import comparison_schema

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*/comparison-*.json"))


def test_it_is_up_to_date() -> None:
    """If not: ``python -m gatewise.verdict.schema docs/comparison.schema.json``."""
    published = json.loads((ROOT / "docs" / "comparison.schema.json").read_text(encoding="utf-8"))
    assert published == comparison_schema()
    Draft202012Validator.check_schema(published)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_files_of_every_version_are_as_it_says(path: Path) -> None:
    Draft202012Validator(comparison_schema()).validate(json.loads(path.read_text(encoding="utf-8")))


def test_what_is_not_as_it_says_is_refused() -> None:
    evidence = forecast_evidence()
    endless = evidence.model_copy(update={"created": "Infinity"})
    validator = Draft202012Validator(comparison_schema())
    validator.validate(json.loads(endless.model_dump_json()))
    found = json.loads(evidence.model_dump_json())
    found["candidates"][0]["fit"]["error"] = json.loads(Estimate(mean=float("inf")).model_dump_json())
    validator.validate(found)
    found["candidates"][0]["fit"]["error"]["mean"] = "large"
    with pytest.raises(ValidationError):
        validator.validate(found)
    del found["candidates"]
    with pytest.raises(ValidationError):
        validator.validate(found)
