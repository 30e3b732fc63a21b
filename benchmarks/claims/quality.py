"""GRU beside LSTM: errors on several tasks, and with less to learn from."""

from __future__ import annotations

import numpy as np

from benchmarks.candidates import GATED, progress
from benchmarks.claims.adding import LENGTH, Adding
from benchmarks.claims.memory import LONG, Recall
from benchmarks.claims.rules import Claim, Measurement, Region
from benchmarks.inputs import data_file
from gatewise import SequenceClassifier, SequenceForecaster
from gatewise.data.readers import read_labelled, read_series
from gatewise.data.sequences import SequenceSet

__all__ = ["SHARES", "amount_claim", "measure_vowels", "measure_weather", "part_of", "quality_claim"]

VOWELS = "JapaneseVowels"
SHARES = (0.125, 0.25, 0.5, 1.0)
HORIZON, WINDOWS = 24, 28
POINT, PERCENT = 1.0, 5.0

Vowels = dict[tuple[str, float], list[float]]


def measure_vowels(cell: str, share: float, seed: int) -> float:
    """Error rate in percent on the official test part, after training on a share of the training part."""
    parts = [read_labelled(data_file("uea", VOWELS, f"{VOWELS}_{part}.ts")) for part in ("TRAIN", "TEST")]
    model = SequenceClassifier(cell, random_state=seed).fit(part_of(parts[0], share, seed))
    error = 100 * (1 - model.evaluate(parts[1])["accuracy"])
    progress(f"{VOWELS}, share {share:g}, {cell}, seed {seed}: {error:.1f} %")
    return error


def measure_weather(cell: str, seed: int) -> float:
    """MASE of the last 28 days of the weather sample, a day at a time."""
    series = read_series("sample:weather")
    training = series.head(series.lengths - HORIZON * WINDOWS)
    model = SequenceForecaster(cell, HORIZON, random_state=seed).fit(training)
    error = model.evaluate(series, windows=WINDOWS)["MASE"]
    progress(f"weather, {cell}, seed {seed}: MASE {error:.3f}")
    return error


def part_of(training: SequenceSet, share: float, seed: int) -> SequenceSet:
    """A random share of the sequences of each class, the same for every cell."""
    random = np.random.default_rng(seed)
    rows = []
    for label in np.unique(training.target):
        members = random.permutation(np.flatnonzero(training.target == label))
        rows.append(members[: max(1, round(share * len(members)))])
    return training.take(np.sort(np.concatenate(rows)))


def quality_claim(
    recalled: dict[tuple[str, int], list[Recall]],
    added: dict[str, list[Adding]],
    vowels: Vowels,
    weather: dict[str, list[float]],
) -> Claim:
    """Paired by seed: what the GRU's error is above the LSTM's."""
    recall_errors = {cell: [100 - one.accuracy for one in recalled[cell, LONG]] for cell in GATED}
    unexplained = {cell: [one.unexplained for one in added[cell]] for cell in GATED}
    of_all = {cell: vowels[cell, 1.0] for cell in GATED}
    ratios = [100 * (gru / lstm - 1) for gru, lstm in zip(weather["GRU"], weather["LSTM"], strict=True)]
    points, percent = Region(-POINT, POINT), Region(-PERCENT, PERCENT)
    return Claim(
        "GRU and LSTM are close in quality",
        (
            _difference(f"delayed recall over {LONG}, error rate", recall_errors, points),
            _difference(f"adding over {LENGTH}, unexplained variance", unexplained, points),
            _difference(f"{VOWELS}, error rate", of_all, points),
            Measurement("weather, a day ahead, MASE: GRU above LSTM", tuple(ratios), percent, "%", 1),
        ),
    )


def _difference(what: str, errors: dict[str, list[float]], region: Region) -> Measurement:
    pairs = zip(errors["GRU"], errors["LSTM"], strict=True)
    return Measurement(f"{what}: GRU less LSTM", tuple(gru - lstm for gru, lstm in pairs), region, "points")


def amount_claim(vowels: Vowels) -> Claim:
    """With less data the LSTM would fall behind, and by more than with all of it."""
    behind = {
        share: [lstm - gru for lstm, gru in zip(vowels["LSTM", share], vowels["GRU", share], strict=True)]
        for share in SHARES
    }
    measurements = [
        Measurement(
            f"{VOWELS}, {share:.1%} of the training part, error rate: LSTM less GRU",
            tuple(behind[share]),
            Region(above=0.0),
            "points",
        )
        for share in SHARES[:-1]
    ]
    least = SHARES[0]
    growth = tuple(few - many for few, many in zip(behind[least], behind[1.0], strict=True))
    what = f"growth of that difference from all data to {least:.1%}"
    return Claim(
        "The GRU needs less data",
        (*measurements, Measurement(what, growth, Region(above=0.0), "points")),
    )
