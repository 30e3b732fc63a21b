"""Values that follow from others follow from them in every file."""

from __future__ import annotations

import json

import pytest
from evidence import forecast_evidence

from gatewise.verdict.evidence import GradientCurve


def test_what_follows_from_norms_is_written_and_not_read() -> None:
    curve = GradientCurve(lags=(0, 1, 2), norms=(1.0, 0.6, 0.2))
    written = json.loads(curve.model_dump_json())
    assert written == {
        "lags": [0, 1, 2], "norms": [1.0, 0.6, 0.2], "half_life": 2, "left": 0.2, "verdict": "vanishing",
    }  # fmt: skip
    former = {"lags": [0, 1, 2], "norms": [1.0, 0.6, 0.2], "half_life": 5.6, "verdict": "steady"}
    assert GradientCurve.model_validate(former) == curve
    assert GradientCurve.model_validate_json(json.dumps(former)) == curve


@pytest.mark.parametrize(
    ("unit", "count", "expected"),
    [
        ("steps", 7, "7 steps"),
        ("steps of 24 rows", 7, "7 steps of 24 rows"),
        ("steps of 24 rows", 1, "1 step of 24 rows"),
        ("words", 1, "1 word"),
        ("characters", 1200, "1,200 characters"),
    ],
)
def test_steps_are_counted_in_the_users_units(unit: str, count: int, expected: str) -> None:
    data = forecast_evidence().data.model_copy(update={"step_unit": unit})
    assert data.steps(count) == expected
