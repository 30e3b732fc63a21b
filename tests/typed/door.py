"""What a type checker knows of the Python door; mypy reads this, nothing runs it."""

from __future__ import annotations

from typing import assert_type, reveal_type

import pandas as pd

import gatewise
from gatewise.estimators.loading import Model

frame = pd.DataFrame({"ds": [1], "y": [1.0]})

# Words of readers are completed and checked.
forecaster = gatewise.SequenceForecaster("GRU", 24, max_seconds="90s")
assert_type(forecaster.fit(frame, id="shop", time="ds", target="y"), gatewise.SequenceForecaster)
forecaster.predict(frame, future=frame, known=("promo",))
forecaster.fit(frame, tarjet="y")  # type: ignore[call-arg]
forecaster.fit(frame, time=3)  # type: ignore[arg-type]
assert_type(forecaster.evaluate(frame, windows=2, every="1h"), dict[str, float])

classifier = gatewise.SequenceClassifier("LSTM").fit(frame, id="patient", channels=("pulse",), pattern=None)
assert_type(classifier, gatewise.SequenceClassifier)
classifier.fit(frame, past="pulse")  # type: ignore[call-arg]

# So are those of a comparison.
comparison = gatewise.compare(frame, horizon=24, budget="90s", prefer="latency", id="shop", progress=False)
assert_type(comparison, gatewise.Comparison)
comparison.report("report.html", prefer="memory")
gatewise.compare(frame, budgett="90s")  # type: ignore[call-arg]
comparison.leaderboard(prefer="speed")  # type: ignore[arg-type]

# What was saved is known by its kind, or as a model of some task.
assert_type(gatewise.load("model", gatewise.SequenceForecaster), gatewise.SequenceForecaster)
assert_type(gatewise.load("model"), Model)
gatewise.load("model").predict(frame)
reveal_type(gatewise.load("model").predict)
