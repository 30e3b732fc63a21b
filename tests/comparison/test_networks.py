"""What a comparison keeps to look into."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small import FORECAST, QUICK, two_waves

import gatewise
from gatewise.comparison.networks import EXAMPLES, Networks
from gatewise.data.samples.recall import recall
from gatewise.errors import ConfigurationError, SavedModelError


def forecasts() -> gatewise.Comparison:
    return gatewise.compare(
        two_waves(), horizon=6, cells={"RNN": "RNN", "my/GRU": "GRU"}, config=QUICK, estimator=FORECAST
    )


def test_the_networks_that_were_compared_are_kept_with_what_they_were_tested_on(tmp_path: Path) -> None:
    comparison = forecasts()
    assert comparison.networks is not None
    models = comparison.networks.models()
    assert list(models) == ["RNN", "my/GRU"]
    series = comparison.networks.few
    for name, model in models.items():
        (trace, *_) = model.trace(series)
        assert len(trace.answer.truth) == 6
        assert np.isfinite(trace.answer.values).all(), name
    back = Networks.load(comparison.networks.save(tmp_path / "cells"))
    assert (tmp_path / "cells" / "RNN" / "config.json").is_file()
    assert (tmp_path / "cells" / "1" / "config.json").is_file()
    for name, model in back.models().items():
        before = models[name].trace(series)[0].answer.values
        np.testing.assert_array_equal(model.trace(back.few)[0].answer.values, before)


def test_test_sequences_of_all_classes_come_first(tmp_path: Path) -> None:
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=5))
    comparison = gatewise.compare(
        recall(10, sequences=100, seed=0), cells=["GRU"], config=QUICK, estimator=config
    )
    assert comparison.networks is not None
    assert len(set(comparison.networks.few.target)) == 3
    back = Networks.load(comparison.networks.save(tmp_path / "cells"))
    assert back.few.target.tolist() == comparison.networks.few.target.tolist()
    assert len(back.models()["GRU"].trace(back.few)) == 3


def test_what_is_not_there_or_damaged_is_said(tmp_path: Path) -> None:
    with pytest.raises(SavedModelError, match=r"found no sequences\.json; run the comparison again"):
        Networks.load(tmp_path)
    (tmp_path / EXAMPLES).write_text("[]")
    with pytest.raises(SavedModelError, match="run the comparison again"):
        Networks.load(tmp_path)


def test_a_comparison_shows_its_cells_at_work(tmp_path: Path) -> None:
    comparison = forecasts()
    page = comparison.inspect(path=tmp_path / "gates.html")
    assert repr(page).startswith("Inspection(RNN, my/GRU on ")
    assert [one["name"] for one in page.payload["gradients"]] == ["RNN", "my/GRU"]
    assert "See inside" in comparison.report(tmp_path / "report.html").read_text(encoding="utf-8")
    (tmp_path / "gates.html").unlink()
    assert "See inside" not in comparison.report(tmp_path / "report.html").read_text(encoding="utf-8")
    comparison.to_json(tmp_path / "c.json")
    numbers = gatewise.Comparison.from_json(tmp_path / "c.json")
    with pytest.raises(ConfigurationError, match="holds numbers and no networks; gatewise inspect FOLDER"):
        numbers.inspect()
