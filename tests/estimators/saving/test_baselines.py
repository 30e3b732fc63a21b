"""Every baseline of every task, as a comparison makes and ships it: saved, loaded, and the same answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sounds import record, tone
from synthetic import series_set, waves

import gatewise
from gatewise.comparison.compare import prepare
from gatewise.comparison.tasks.base import Task
from gatewise.data.corpus import Corpus
from gatewise.data.sequences import SequenceSet
from gatewise.estimators.kinds import KINDS
from gatewise.estimators.saving.directory import CONFIG, WEIGHTS, model_bytes
from gatewise.estimators.saving.fingerprint import not_asked_for_seen_data

RANDOM = np.random.default_rng(0)
VALUES = [RANDOM.normal(size=(12, 2)).astype(np.float32) for _ in range(40)]
WORDS = [list(RANDOM.choice(["red", "blue", "one", "two"], 6)) for _ in range(40)]
KINDS_OF_DATA = (
    "series",
    "values",
    "texts",
    "recordings",
    "numbers",
    "pairs",
    "ratings",
    "steps",
    "tags",
    "text",
)


def data_of(kind: str, folder: Path) -> Any:
    halves = np.array(["a", "b"] * 20)
    if kind == "recordings":
        tones = [tone(300 + 900 * (number % 2), 0.15, seed=number) for number in range(40)]
        files = [record(folder / f"{number}.wav", one) for number, one in enumerate(tones)]
        return SequenceSet(files, halves, "classification")
    signs = [["up" if value > 0 else "down" for value in one[:, 0]] for one in VALUES]
    colours = [["B-c" if word in ("red", "blue") else "O" for word in words] for words in WORDS]
    return {
        "series": lambda: series_set([waves(180)]),
        "values": lambda: SequenceSet(VALUES, halves, "classification"),
        "texts": lambda: SequenceSet([" ".join(words) for words in WORDS], halves, "classification"),
        "numbers": lambda: SequenceSet(VALUES, np.array([one.sum() for one in VALUES]), "regression"),
        "pairs": lambda: SequenceSet(VALUES, np.array([one.sum(0) for one in VALUES]), "regression"),
        "ratings": lambda: SequenceSet(
            [" ".join(words) for words in WORDS],
            np.array([words.count("red") + 0.5 for words in WORDS]),
            "regression",
        ),
        "steps": lambda: SequenceSet(VALUES, signs, "tagging"),
        "tags": lambda: SequenceSet(WORDS, colours, "tagging"),
        "text": lambda: Corpus("the cat sat on the mat. " * 120),
    }[kind]()


def task_of(kind: str, folder: Path) -> Task:
    return prepare(data_of(kind, folder), **{"horizon": 6} if kind == "series" else {}).task  # type: ignore[arg-type]


def test_every_baseline_is_tried(tmp_path: Path) -> None:
    tried = {
        (task.name, name)
        for kind in KINDS_OF_DATA
        for task in [task_of(kind, tmp_path)]
        for name in task.baselines()
    }
    assert tried == {
        (name, one.name) for name, kind in KINDS.items() for one in kind.baselines if one.at_hand
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS_OF_DATA)
def test_what_is_shipped_answers_the_same_after_loading(kind: str, tmp_path: Path) -> None:
    task = task_of(kind, tmp_path)
    for name, (_, model) in task.baselines().items():
        task.fit_all(model)
        folder = model.save(tmp_path / f"model of {name}")
        with not_asked_for_seen_data():
            found, expected = (task.score(one, 0) for one in (gatewise.load(folder), model))
        np.testing.assert_array_equal(found.units, expected.units, err_msg=name)
        assert set(found.answers) == set(expected.answers), name
        for what, answers in expected.answers.items():
            np.testing.assert_equal(found.answers[what], answers, err_msg=f"{name}: {what}")
        assert found.metrics == expected.metrics, name
        # What is said of its size is what it takes, but for line breaks and the heads of arrays.
        size = sum((folder / file).stat().st_size for file in (CONFIG, WEIGHTS))
        assert 0 < model_bytes(model) <= size <= 2 * model_bytes(model) + 4000, name
