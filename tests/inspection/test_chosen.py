"""One sequence of a user's data, by its number or its name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from inspected import case
from synthetic import series_set, waves

import gatewise
from gatewise.data.sequences import SequenceSet
from gatewise.errors import DataError
from gatewise.inspection.chosen import choose, one_of

pytestmark = pytest.mark.slow


def named(names: list[str]) -> SequenceSet:
    given = case("streamed")
    few = given.data[: len(names)]
    return SequenceSet(few, np.array(list("ab" * 5)[: len(few)]), "classification", ids=np.array(names))


def test_a_name_wins_over_a_number() -> None:
    model, data = case("streamed").models["GRU"], named(["3", "1", "2"])
    for asked, name in (("1", "1"), (1, "1"), ("3", "3"), (None, "3")):
        shown = one_of(model, data, asked)
        assert shown.name == name
        np.testing.assert_array_equal(shown.given, data.sequences[["3", "1", "2"].index(name)])
    assert one_of(model, named(["x", "y", "z"]), 2).name == "y"


def test_lists_count_from_one() -> None:
    given = case("tagging")
    assert choose(given.models["GRU"], given.data, 3).name == "3"
    assert one_of(given.models["GRU"], given.data, "3").given == given.data[2]


def test_a_forecaster_without_data_shows_its_own_series_by_name() -> None:
    config = gatewise.ForecasterConfig(training=gatewise.TrainingConfig(steps=1), members=1)
    model = gatewise.SequenceForecaster("GRU", 4, hidden_size=3, random_state=0, config=config)
    series = series_set([waves(120), waves(110, seed=1)])
    model.fit(series)
    shown = one_of(model, None, "b")
    assert (shown.name, shown.truth) == ("b", None)
    np.testing.assert_allclose(shown.given[:, 0], series.values(1)[-len(shown.given) :], rtol=1e-6)
    other = one_of(model, series, "b")
    np.testing.assert_allclose(other.truth, series.values(1)[-4:])


def test_a_table_brings_its_labels_where_it_has_them(tmp_path: Path) -> None:
    rows = [{"id": k, "t": t, "x": np.sin(t + k), "label": "ab"[k % 2]} for k in range(6) for t in range(8)]
    table = pd.DataFrame(rows)
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=1))
    model = gatewise.SequenceClassifier("GRU", hidden_size=3, random_state=0, config=config)
    table.to_csv(tmp_path / "all.csv", index=False)
    model.fit(tmp_path / "all.csv", id="id", time="t", target="label")
    assert one_of(model, tmp_path / "all.csv", "3").truth == "b"
    assert one_of(model, table, "3").truth == "b"
    table.drop(columns="label").to_csv(tmp_path / "bare.csv", index=False)
    assert one_of(model, tmp_path / "bare.csv", "3").truth is None
    with pytest.raises(DataError, match=r"none\.csv: no such file"):
        one_of(model, tmp_path / "none.csv")
