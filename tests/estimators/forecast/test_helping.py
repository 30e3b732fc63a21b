"""Columns that do not help on held-out rows are left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from synthetic import TINY

import gatewise
from gatewise.data.arrays import Floats, Mask
from gatewise.estimators.forecast.helping import Helping, helping_columns
from gatewise.training.config import TrainingConfig

WINDOWS = 100


@dataclass(frozen=True)
class Silent:
    """Stands for a batch: what of it is silent."""

    channels: tuple[bool, ...]

    @property
    def values(self) -> range:
        return range(WINDOWS)

    def every(self, step: int) -> Silent:
        assert step == 1
        return self

    def silenced(self, columns: Mask) -> Silent:
        return replace(self, channels=tuple(columns.tolist()))


def judged(covariates: tuple[tuple[str, int], ...], losses: Any) -> tuple[Helping, Mask]:
    channels = sum(count for _, count in covariates)
    return helping_columns(losses, [Silent((False,) * channels)], covariates)  # type: ignore[list-item]


def test_what_helps_stays_and_what_harms_goes() -> None:
    def losses(batch: Any) -> Floats:
        price, holiday, of_holiday, noise = batch.channels
        # Both channels of a column are one.
        worth = 0.5 * price + 0.25 * (holiday and of_holiday) - 0.1 * noise
        return np.full(WINDOWS, 1.0 + worth)

    helping, silent = judged((("price", 1), ("holiday", 2), ("noise", 1)), losses)
    assert helping.left_out == ("noise",)
    assert silent.tolist() == [False, False, False, True]
    assert helping.helped == pytest.approx({"price": 0.5 / 0.9, "holiday": 0.25 / 0.9})
    assert helping.describe() == ("price (+56 %), holiday (+28 %); left out, as they did not help: noise")


def test_in_words() -> None:
    named = {f"sensor {number}": 0.02 for number in range(9)}
    assert Helping({"answer": 11.77, "rare": 0.0004}, tuple(named)).describe() == (
        "answer (+1,177 %), rare (+0.04 %); left out, as they did not help: "
        "sensor 0, sensor 1, sensor 2, sensor 3, sensor 4, sensor 5, sensor 6, sensor 7 and 1 more"
    )
    assert Helping({}, ("noise",)).describe() == "none; left out, as they did not help: noise"


def test_two_that_say_the_same_are_not_both_left_out() -> None:
    def losses(batch: Any) -> Floats:
        celsius, fahrenheit = batch.channels
        return np.full(WINDOWS, 1 + 0.004 * celsius + 0.003 * fahrenheit + (celsius and fahrenheit))

    helping, _ = judged((("celsius", 1), ("fahrenheit", 1)), losses)
    assert helping.left_out == ("fahrenheit",)
    assert helping.helped["celsius"] > 0.5


def test_many_that_help_a_little_are_not_all_left_out() -> None:
    names = tuple((f"sensor {number}", 1) for number in range(20))
    helping, _ = judged(names, lambda batch: np.full(WINDOWS, 1 + 0.004 * sum(batch.channels)))
    assert len(helping.left_out) == 2


def test_what_is_seldom_seen_is_not_judged() -> None:
    # In one window of a hundred, and wrong there.
    rare = np.arange(WINDOWS) == 7
    helping, silent = judged((("strike", 1),), lambda batch: 1.0 + rare * (1 - batch.channels[0]))
    assert helping.left_out == ()
    assert not silent.any()


HORIZON = 5
LEARNING = TINY.model_copy(
    update={
        "validation_fraction": 0.2,
        "training": TrainingConfig(steps=150, batch_size=64, learning_rate=0.01),
    }
)


def walks() -> pd.DataFrame:
    random = np.random.default_rng(0)
    stamps = pd.date_range("2024-01-01", periods=120, freq="D")
    parts = []
    for name in "abcdefgh":
        promotion = random.integers(0, 2, len(stamps)).astype(float)
        parts.append(
            pd.DataFrame(
                {
                    "unique_id": name,
                    "ds": stamps,
                    "y": 100 + np.cumsum(random.normal(size=len(stamps))) + 5 * promotion,
                    "promotion": promotion,
                    "dice": random.normal(size=len(stamps)),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def test_a_column_of_noise_does_not_move_forecasts(tmp_path: Path) -> None:
    data = walks()
    past = data.groupby("unique_id").head(115)
    future = data.drop(past.index).drop(columns="y")
    model = gatewise.SequenceForecaster("GRU", HORIZON, hidden_size=8, config=LEARNING, random_state=0)
    model.fit(past, known=["promotion", "dice"])
    assert model.helping_ is not None
    assert model.helping_.left_out == ("dice",)
    assert model.helping_.helped["promotion"] > 0.3
    forecast = model.predict(future=future)
    pd.testing.assert_frame_equal(model.predict(future=future.assign(dice=9.0)), forecast)
    assert not model.predict(future=future.assign(promotion=9.0))["y_hat"].equals(forecast["y_hat"])
    model.save(tmp_path / "model")
    loaded = gatewise.load(tmp_path / "model")
    assert loaded.helping_ == model.helping_
    pd.testing.assert_frame_equal(loaded.predict(future=future), forecast)
    assert "left out, as they did not help: dice" in (tmp_path / "model" / "README.md").read_text()


def test_without_columns_there_is_nothing_to_say() -> None:
    model = gatewise.SequenceForecaster("GRU", HORIZON, hidden_size=4, config=TINY, random_state=0)
    assert model.fit(walks()[["unique_id", "ds", "y"]]).helping_ is None
