"""Figures of matplotlib."""

from __future__ import annotations

import pytest
from evidence import classification_evidence, forecast_evidence
from matplotlib.figure import Figure

from gatewise.comparison.display.figures import KINDS
from gatewise.comparison.results import Comparison
from gatewise.errors import ConfigurationError
from gatewise.verdict.evidence import Evidence, Examples


def regression_evidence() -> Evidence:
    """Values that two candidates have answered."""
    examples = Examples(actual=(0.0, 1.0, 2.0), predicted={"GRU": (0.1, 1.1, 1.9), "linear": (0.4, 1.0, 1.5)})
    return forecast_evidence().model_copy(update={"examples": examples})


@pytest.mark.parametrize(
    ("evidence", "without"),
    [
        (forecast_evidence(), {"confusion", "values"}),
        (classification_evidence(), {"amount", "forecast", "values"}),
        (regression_evidence(), {"forecast", "confusion"}),
    ],
    ids=["forecast", "classification", "regression"],
)
def test_every_kind_is_a_figure_or_named_as_missing(evidence: Evidence, without: set[str]) -> None:
    comparison = Comparison(evidence)
    for kind in KINDS:
        if kind in without:
            with pytest.raises(ConfigurationError) as error:
                comparison.plot(kind)
            known = ", ".join(one for one in KINDS if one not in without)
            assert str(error.value) == f"kind: expected one of {known} of this comparison, got {kind!r}"
        else:
            assert isinstance(comparison.plot(kind), Figure)


def test_the_errors_are_those_of_the_evidence() -> None:
    axes = Comparison(forecast_evidence()).plot().axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()][:2] == ["GRU", "LSTM"]
    interval, mean = axes.lines[:2]
    assert list(interval.get_xdata()) == [0.682 * 0.96, 0.682 * 1.04]
    assert list(mean.get_xdata()) == [0.682]


def test_a_notebook_gets_a_picture_without_pyplot() -> None:
    figure = Comparison(forecast_evidence()).plot("differences")
    assert figure._repr_png_()[:4] == b"\x89PNG"  # type: ignore[attr-defined]  # for IPython
