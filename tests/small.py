"""Comparisons small enough for tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from synthetic import series_set, waves

from gatewise import ClassifierConfig, ForecasterConfig, TrainingConfig
from gatewise.comparison.config import ComparisonConfig
from gatewise.data.sequences import SequenceSet
from gatewise.data.series import SeriesSet

QUICK = ComparisonConfig(seeds=2, trials=2, workers=1, hidden_size=4)
FORECAST = ForecasterConfig(
    context_length=24, season_length=12, training=TrainingConfig(steps=24, batch_size=16, learning_rate=0.01)
)
CLASSIFY = ClassifierConfig(training=TrainingConfig(steps=24, batch_size=8))
TIMES = {
    "created", "curve_seconds", "fit_seconds", "full_seconds", "predict_seconds", "seconds", "seconds_to_target",
    "step_latency_us", "step_seconds", "steps_per_second", "workers",
}  # fmt: skip


def two_waves() -> SeriesSet:
    """Two series with a season of 12 rows."""
    return series_set([waves(180), waves(150, seed=1)])


def sequences(each: int = 14) -> SequenceSet:
    """Three classes of noisy waves, of lengths that differ."""
    random = np.random.default_rng(0)
    names, found = ("high", "low", "middle"), []
    for number in range(3 * each):
        length = 8 + number % 5
        wave = np.sin(np.arange(length) * (1 + number % 3)) + 0.2 * random.normal(size=length)
        found.append(wave.astype(np.float32)[:, None])
    return SequenceSet(
        task="classification",
        sequences=found,
        target=np.array([names[number % 3] for number in range(3 * each)]),
        channels=("wave",),
        source="test data",
    )


def without_times(value: Any) -> Any:
    """Evidence as JSON values without what a clock has measured."""
    if isinstance(value, dict):
        return {key: without_times(one) for key, one in value.items() if key not in TIMES}
    return [without_times(one) for one in value] if isinstance(value, list) else value
