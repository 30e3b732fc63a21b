"""What a model was fitted on, and what it says of data that it knows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from synthetic import series_set, waves

import gatewise
from gatewise.data.hashes import Hashes
from gatewise.errors import SeenDataWarning
from gatewise.estimators.classification.linear import LinearClassifier
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.language.ngram import NGramModel
from gatewise.estimators.regression.tabular import RidgeRegressor
from gatewise.estimators.saving.fingerprint import MOST, Fingerprint
from gatewise.estimators.tagging.perceptron import FrequentTagger

RANDOM = np.random.default_rng(0)


def drawn(count: int) -> Iterator[Hashes]:
    yield RANDOM.integers(0, 2**63, count).astype(np.uint64)


def test_few_are_counted() -> None:
    fitted = Fingerprint.of(iter([np.array([3, 1], np.uint64), np.array([2, 1], np.uint64)]))
    assert fitted.hashes.tolist() == [1, 2, 3]
    assert fitted.seen(iter([np.array([1, 1, 4], np.uint64), np.array([2], np.uint64)])) == (3, 4, True)
    assert fitted.seen(iter([])) == (0, 0, True)


@pytest.mark.parametrize("blocks", [1, 50])
def test_of_many_the_smallest_are_kept_and_a_share_is_found(blocks: int) -> None:
    parts = [next(drawn(200_000 // blocks)) for _ in range(blocks)]
    every = np.concatenate(parts)
    fitted = Fingerprint.of(iter(parts))
    assert fitted.hashes.tolist() == np.unique(every)[:MOST].tolist()
    found, total, counted = fitted.seen(iter([every[::20], next(drawn(10_000))]))
    assert (total, counted) == (20_000, False)
    assert 9_000 < found < 11_000
    # A tenth of a thousand rows is found, too.
    assert fitted.seen(iter([every[:1_000], next(drawn(9_000))]))[0] > 0
    assert fitted.seen(drawn(10_000))[0] == 0


def arrays(count: int, seed: int) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [random.normal(size=(5 + number % 4, 2)).astype(np.float32) for number in range(count)]


def words(count: int, seed: int) -> list[list[str]]:
    return [[f"{seed}-{number}", "is", "here"] for number in range(count)]


TAGS = ["name", "verb", "place"]
LETTERS = "".join(map(chr, RANDOM.integers(97, 123, 600)))
CASES: dict[str, tuple[Any, tuple[Any, ...], tuple[Any, ...], tuple[Any, ...], str]] = {
    "classification": (
        LinearClassifier(),
        (arrays(12, 0), [0, 1] * 6),
        (arrays(12, 0)[:3] + arrays(7, 1), [0, 1] * 5),
        (arrays(6, 2), [0, 1] * 3),
        "3 of 10 sequences",
    ),
    "regression": (
        RidgeRegressor(),
        (arrays(12, 0), range(12)),
        (arrays(12, 0)[:3] + arrays(7, 1), range(10)),
        (arrays(6, 2), range(6)),
        "3 of 10 sequences",
    ),
    "tagging": (
        FrequentTagger(),
        (words(9, 0), [TAGS] * 9),
        (words(2, 0) + words(2, 1), [TAGS] * 4),
        (words(2, 1), [TAGS] * 2),
        "2 of 4 sequences",
    ),
    "language": (
        NGramModel(),
        (LETTERS[:400],),
        (LETTERS[300:],),
        (LETTERS[400:],),
        "37 of 237 stretches of 64 characters",
    ),
    "forecast": (
        LinearForecaster(6),
        (series_set([waves(150)]),),
        (series_set([waves(153)]),),
        (series_set([waves(156)]),),
        "3 of 6 rows",
    ),
}


@pytest.mark.parametrize("task", CASES)
def test_what_was_seen_is_told_also_after_loading(task: str, tmp_path: Path) -> None:
    model, fitted, seen, new, told = CASES[task]
    model.fit(*fitted)
    for one in (model, gatewise.load(model.save(tmp_path / "model"))):
        with pytest.warns(SeenDataWarning) as caught:
            one.evaluate(*seen)
        assert [str(warning.message) for warning in caught] == [
            f"{told} were seen in training: the errors below are too low"
        ]
        assert caught[0].filename == __file__
        one.evaluate(*new)
        # A score is asked for of training parts, too, such as by a search over parameters.
        one.score(*seen)


def test_a_model_of_an_earlier_version_tells_nothing(tmp_path: Path) -> None:
    model, fitted, seen, _, _ = CASES["classification"]
    model.fit(*fitted)
    model.fingerprint_ = None
    again = gatewise.load(model.save(tmp_path / "model"))
    assert again.fingerprint_ is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again.evaluate(*seen)
