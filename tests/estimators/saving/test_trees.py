"""Boosted trees keep their answers when they are saved, of this version and of earlier ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from synthetic import series_set, waves

import gatewise
from gatewise.estimators.forecast.boosting import BoostingForecaster
from gatewise.estimators.saving import trees
from gatewise.estimators.saving.trees import Trees

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.mark.parametrize("kind", ["fitted now", "saved by 0.1.0"])
def test_a_loaded_model_is_saved_again(kind: str, tmp_path: Path) -> None:
    fitted = BoostingForecaster(6, random_state=0).fit(series_set([waves(80)]))
    model = fitted if kind == "fitted now" else gatewise.load(GOLDEN / "0.1.0" / "BoostingForecaster")
    again = gatewise.load(model.save(tmp_path / "first"))
    third = gatewise.load(again.save(tmp_path / "second"))
    expected = model.predict().to_pydict() if kind == "fitted now" else model.predict().to_dict("list")
    for one in (again, third):
        table = one.predict()
        assert (table.to_pydict() if kind == "fitted now" else table.to_dict("list")) == expected


def test_trees_of_earlier_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    # The first sends rows by column 1 to 10, or by column 0 to 20 or 30; the second is one leaf.
    model = Trees(
        roots=np.array([0, 5]),
        features=np.array([1, 0, 0, 0, 0, 0]),
        left=np.array([1, 1, 3, 3, 4, 5]),
        right=np.array([2, 1, 4, 3, 4, 5]),
        thresholds=np.array([0.5, 0.0, -1.0, 0.0, 0.0, 0.0]),
        values=np.array([0.0, 10.0, 0.0, 20.0, 30.0, 0.25]),
        start=np.array([100.0]),
    )
    monkeypatch.setattr(trees, "BLOCK", 2)
    rows = np.array([[9, 0.5], [-1, 0.6], [0, 0.6]], np.float32)
    assert model.predict(rows).tolist() == [110.25, 120.25, 130.25]
