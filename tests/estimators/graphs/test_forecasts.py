"""Written down, a forecaster forecasts what it forecasts: after every row, and after whole series."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import gatewise
from gatewise import ForecasterConfig, TrainingConfig
from gatewise.errors import DataError, ExportError
from gatewise.estimators.forecast.boosting import BoostingForecaster
from gatewise.estimators.forecast.drift import DriftForecaster
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive
from gatewise.graphs.running import Runner

HORIZON = 5


def series(name: str, rows: int, seed: int, *, level: float = 10.0, gaps: bool = False) -> pd.DataFrame:
    random, t = np.random.default_rng(seed), np.arange(rows)
    y = level + 3 * np.sin(t / 7 * 2 * np.pi) + 0.5 * random.normal(size=rows)
    frame = pd.DataFrame({"unique_id": name, "ds": t, "y": y, "a": random.normal(size=rows).cumsum()})
    frame["b"] = random.normal(size=rows)
    frame["kind"] = "x" if seed % 2 else "y"
    return frame.drop(index=[40, 41, 60]) if gaps else frame


def fitted(cls: Any = gatewise.SequenceForecaster, level: float = 10.0, **options: Any) -> Any:
    config = {key: options.pop(key) for key in ("point", "transform", "season_length") if key in options}
    gaps = options.pop("gaps", False)
    first = ("LSTM", HORIZON) if cls is gatewise.SequenceForecaster else (HORIZON,)
    sizes = {"hidden_size": 8} if cls is gatewise.SequenceForecaster else {}
    model = cls(
        *first,
        levels=(95, 80),
        random_state=0,
        config=ForecasterConfig(training=TrainingConfig(steps=15), **config),
        **sizes,
    )
    data = pd.concat([series(f"s{k}", 120, k, level=level, gaps=gaps) for k in range(3)])
    columns = [*options.get("past", ()), *options.get("known", ()), *options.get("static", ())]
    if gaps:
        options["impute"] = "previous"
    return model.fit(data[["unique_id", "ds", "y", *columns]], **options)


def held_against(model: Any, test: pd.DataFrame, at: tuple[int, ...] = (3, 17, 60, 99)) -> None:
    """Compare the forecasts at some rows of a new series with those of ``predict``."""
    columns = model.columns_
    stream, whole = model.open_stream(), Runner(model.whole_graph())
    encoded = model.preparation_.static
    for row in range(max(at) + 1):
        until, ahead = test.iloc[: row + 1], test.iloc[row + 1 : row + 1 + HORIZON]
        x: dict[str, Any] = {"y": until.y.iloc[-1]}
        for kind in ("past", "known"):
            if names := getattr(columns, kind):
                x[kind] = until[list(names)].iloc[-1].to_numpy()
        extra = {}
        if columns.known:
            x["future"] = ahead[list(columns.known)].to_numpy()
            extra["future"] = ahead[["unique_id", "ds", *columns.known]]
        if columns.static:
            one = {name: until[name].to_numpy()[:1] for name in columns.static}
            x["static"] = encoded(one, 1)[0]
        found = stream.step(x)
        if row not in at:
            continue
        expected = model.predict(
            until.drop(columns=[c for c in "ab" if c not in (*columns.past, *columns.known)]), **extra
        )
        np.testing.assert_allclose(found, expected[list(stream.names)].to_numpy(), rtol=1e-5)
        feeds = {"y": until.y.to_numpy()[None], "lengths": np.array([row + 1])}
        for kind in ("past", "known"):
            if names := getattr(columns, kind):
                feeds[kind] = until[list(names)].to_numpy(np.float32)[None]
        for name in ("future", "static"):
            if name in x:
                feeds[name] = np.asarray(x[name], np.float32)[None]
        np.testing.assert_allclose(whole(feeds)["forecast"][0], found, rtol=1e-6)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"level": 0.0},
        {"transform": "none", "season_length": 1},
        {"past": ["a"]},
        {"known": ["b"], "static": ["kind"]},
        {"past": ["a"], "known": ["b"], "point": "mean"},
    ],
    ids=str,
)
def test_networks(options: dict[str, Any]) -> None:
    held_against(fitted(**options), series("new", 110, 9, level=options.get("level", 10.0)))


@pytest.mark.parametrize("cls", [SeasonalNaive, DriftForecaster, LinearForecaster])
@pytest.mark.parametrize("level", [10.0, 0.0])
def test_baselines(cls: Any, level: float) -> None:
    held_against(fitted(cls, level), series("new", 110, 9, level=level))


def test_ridge_with_columns() -> None:
    model = fitted(LinearForecaster, past=["a"], known=["b"], static=["kind"])
    held_against(model, series("new", 110, 9))


def test_gaps_are_filled_with_the_value_before() -> None:
    model = fitted(gaps=True)
    assert model.preparation_.mask
    test = series("new", 100, 9)
    test.loc[[30, 31, 77], "y"] = np.nan
    stream = model.open_stream()
    for value in test.y:
        found = stream.step(value)
    expected = model.predict(test[["unique_id", "ds", "y"]], impute="previous")
    np.testing.assert_allclose(found, expected[list(stream.names)].to_numpy(), rtol=1e-5)


def test_what_a_step_lacks() -> None:
    stream = fitted(known=["b"]).open_stream()
    with pytest.raises(
        DataError, match=r"expected a mapping with y \(1,\), known \(1,\), future \(5, 1\); 'known' is"
    ):
        stream.step(3.0)
    with pytest.raises(DataError, match="y is NaN, and training had no gaps"):
        fitted(SeasonalNaive).open_stream().step(float("nan"))


def test_trees_have_no_written_form() -> None:
    with pytest.raises(
        ExportError, match="BoostingForecaster has no written form; call predict, or serve it"
    ):
        fitted(BoostingForecaster).open_stream()
