"""Every verdict that a page can show is the one that the rule gives."""

from __future__ import annotations

from itertools import product

import pytest
from evidence import forecast_evidence

from gatewise.report.choices import PREFERENCES, choices
from gatewise.verdict.recommend import Preferences, recommend

GIVEN = Preferences(prefer="size", max_state_bytes=500)


def test_each_choice_is_what_recommend_says() -> None:
    evidence = forecast_evidence()
    shown = recommend(evidence, GIVEN)
    found = choices(evidence, shown, GIVEN)
    assert found is not None
    assert found.verdicts[0] == shown
    assert found.places[found.start] == 0
    names = [limit.option.replace("-", "_") for limit in found.limits]
    assert names == ["max_parameters", "max_step_latency_us", "max_state_bytes"]
    spans = [range(len(PREFERENCES)), *(range(len(limit.values)) for limit in found.limits)]
    assert len(found.places) == len(list(product(*spans)))
    for numbers in product(*spans):
        limits = {n: one.values[k][0] for n, one, k in zip(names, found.limits, numbers[1:], strict=True)}
        asked = Preferences(prefer=PREFERENCES[numbers[0]], **limits)  # type: ignore[arg-type]  # values of each
        assert found.verdicts[found.places[" ".join(map(str, numbers))]] == recommend(evidence, asked)


def test_a_limit_that_was_given_is_among_the_values() -> None:
    evidence = forecast_evidence()
    found = choices(evidence, recommend(evidence, GIVEN), GIVEN)
    assert found is not None
    assert found.limits[-1].values == ((None, "no limit"), (272, "272 B"), (464, "464 B"), (500, "500 B"))


def test_what_would_change_the_choice_is_told() -> None:
    evidence = forecast_evidence()
    shown = recommend(evidence)
    found = choices(evidence, shown, Preferences())
    assert found is not None
    for change in found.changes:
        option, value = change.option.removeprefix("--").split(" ")
        asked = Preferences.model_validate({option.replace("-", "_"): value})
        other = recommend(evidence, asked)
        assert other.choice == change.choice != shown.choice


@pytest.mark.parametrize("change", [{"jobs_done": 3}])
def test_a_partial_comparison_has_no_choices(change: dict[str, int]) -> None:
    evidence = forecast_evidence()
    partial = evidence.model_copy(update={"plan": evidence.plan.model_copy(update=change)})
    assert choices(partial, recommend(partial), Preferences()) is None
