"""What is planted in data is found, and clean data are said to be clean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from synthetic import series_set, waves

from gatewise.comparison.checks.sequences import sequence_checks
from gatewise.comparison.checks.series import series_checks
from gatewise.comparison.checks.texts import text_checks
from gatewise.data.readers import read_series
from gatewise.data.series import Columns, SeriesSet
from gatewise.verdict.evidence import Check, DataChecks

NAMES = [f"sequence {k + 1}" for k in range(12)]
ROWS = [(np.arange(8), np.arange(8, 12))]


def of(found: DataChecks, name: str) -> Check:
    return next(check for check in found.checks if check.name == name)


def states(found: DataChecks) -> dict[str, str]:
    return {check.name: check.state for check in found.checks if check.state != "good"}


def looked_into(series: SeriesSet) -> DataChecks:
    return series_checks(series, (series.lengths - 20, series.lengths), 12, np.array([], str))


def test_clean_series() -> None:
    found = looked_into(series_set([waves(120)]))
    assert states(found) == {}
    assert found.tested == (
        "The end of the series was tested on, from 2024-01-05T04:00 to 2024-01-05T23:00; what came before was learned "
        "from."
    )


def test_what_is_wrong_with_series() -> None:
    wave = waves(120)
    wave[50] = 1000.0
    observed = np.ones(240, bool)
    observed[10:16] = False
    target = np.concatenate([wave, wave])
    series = replace(
        series_set([wave, wave], observed=observed),
        known=target[:, None].astype(np.float32),
        past=np.ones((240, 1), np.float32),
        columns=Columns(("id",), "ds", ("y",), past=("still",), known=("answer",)),
    )
    found = looked_into(series)
    assert of(found, "missing values").found == "6 of 240 (2.5 %) rows"
    assert of(found, "series that are there twice").places == ("b is a",)
    assert of(found, "constant columns").found == "1 of 4 columns never changes"
    assert (
        of(found, "values far off").places
        == ("a: 1 of 120 (0.83 %), the furthest 1000", "b: 1 of 120 (0.83 %), the furthest 1000")[::-1]
    )
    leak = of(found, "columns that know the answer")
    assert (leak.state, leak.found) == (
        "bad",
        "answer is known for the future and says the same as the target",
    )


def test_a_column_that_runs_ahead() -> None:
    wave = waves(120, noise=1.0)
    ahead = np.append(wave[1:], 10.0).astype(np.float32)
    series = series_set([wave], past=ahead[:, None], columns=Columns(("id",), "ds", ("y",), past=("ahead",)))
    assert of(looked_into(series), "columns that know the answer").found == (
        "ahead says one row before what the target will be"
    )


def test_drift_is_named() -> None:
    wave = waves(120, noise=0.5)
    wave[-20:] += 3 * np.arange(20)
    assert states(looked_into(series_set([wave])))["drift from training to test"] == "look"


def test_a_later_part_of_the_year_is_no_drift() -> None:
    stamps = pd.date_range("2024-06-01", periods=120, freq="D")
    frame = pd.DataFrame({"ds": stamps, "y": waves(120), "own": stamps.month * 1.0})
    assert "drift from training to test" not in states(looked_into(read_series(frame, calendar="month")))
    assert states(looked_into(read_series(frame, known="own")))["drift from training to test"] == "look"


def checked(sequences: list[np.ndarray], targets: np.ndarray, groups: np.ndarray | None = None) -> DataChecks:
    return sequence_checks(sequences, targets, groups, ROWS, NAMES, ("u", "v"), "classification")


@pytest.fixture
def noise() -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.normal(size=(20, 2)).astype(np.float32) for _ in range(12)]


def test_clean_sequences(noise: list[np.ndarray]) -> None:
    found = checked(noise, np.array(["a", "b"] * 6), np.arange(12))
    assert states(found) == {}
    assert found.tested == "4 sequences of 4 groups were tested on; 8 were learned from."
    assert found.balance is not None
    assert (found.balance.names, found.balance.training, found.balance.test) == (("a", "b"), (4, 4), (2, 2))


def test_a_sequence_in_both_parts_and_a_group_on_both_sides(noise: list[np.ndarray]) -> None:
    noise[9] = noise[2]
    found = checked(noise, np.array(["a", "b"] * 6), np.arange(12) % 6)
    both = of(found, "same sequence in training and test")
    assert (both.state, both.places) == ("bad", ("sequence 10",))
    assert of(found, "sequences that are there twice").places == (
        "sequence 10 is sequence 3, with another target",
    )
    assert of(found, "groups on both sides").found == "4 groups are learned from and tested on"


def test_a_channel_that_is_the_class(noise: list[np.ndarray]) -> None:
    targets = np.array(["a"] * 7 + ["b"] * 5)
    for one, target in zip(noise, targets, strict=True):
        one[:, 1] = target == "b"
    found = checked(noise, targets)
    assert of(found, "channels that are the target").found == "v says the same as the target"


def test_classes_out_of_balance(noise: list[np.ndarray]) -> None:
    targets = np.array(["a"] * 7 + ["b"] * 5)
    assert of(checked(noise, targets), "balance of classes").found == (
        "a has 7 training sequences, b 1; who always says a is right in 87.5 %"
    )


def test_a_text_that_is_copied() -> None:
    random = np.random.default_rng(0)
    text = "".join(random.choice(list("abcdefgh "), 4000))
    assert states(text_checks(text[:3000], text[3000:])) == {}
    found = text_checks(text[:3000], text[1000:1500] + "é")
    assert states(found) == {"same text in training and test": "bad", "symbols that training lacks": "look"}
    assert of(found, "symbols that training lacks").found == "1: 'é'"
