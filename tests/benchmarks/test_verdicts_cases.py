"""The data sets with a known right answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.verdicts import sequences, series, texts
from benchmarks.verdicts.cases import CASES, Case
from benchmarks.verdicts.compared import compared, config_of, content_of, key_of
from gatewise import ClassifierConfig, TrainingConfig
from gatewise.comparison.compare import prepare
from gatewise.data.sequences import SequenceSet

# Rows, sequences or characters: small enough for a minute or two.
MOST = 60_000


def size_of(data: Any) -> int:
    if isinstance(data, pa.Table):
        return data.num_rows
    return int(data.lengths.sum()) if isinstance(data, SequenceSet) else len(data.text)


def test_there_are_twenty_and_no_two_alike() -> None:
    assert len(CASES) == len({case.name for case in CASES}) == 20
    config = config_of(5, 1)
    assert len({key_of(case, config) for case in CASES}) == 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_data_are_small_and_the_same_every_time(case: Case) -> None:
    data = case.data()
    assert 1_000 < size_of(data) <= MOST
    assert content_of(data) == content_of(case.data())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_right_takes_part(case: Case) -> None:
    prepared = prepare(case.data(), cells=case.cells, estimator=case.estimator, **case.options)
    names = {*prepared.plan.cells, *prepared.task.baselines()}
    assert {*case.right, *case.sizes} <= names
    assert prepared.task.units().independent >= 10


def test_a_marked_symbol_stands_twelve_steps_before_the_end() -> None:
    data = sequences.memory(0, 50)
    for steps, label in zip(data.sequences, data.target, strict=True):
        at = len(steps) - 13
        assert steps[:, -1].tolist() == [float(step == at) for step in range(len(steps))]
        assert steps[at, int(label[-1])] == 1


def test_the_symbol_after_the_rare_one_is_the_label() -> None:
    data = sequences.early(0, 50)
    for steps, label in zip(data.sequences, data.target, strict=True):
        (at,) = np.flatnonzero(steps[:, -1])
        assert at < 8
        assert steps[at, :-1].sum() == 0
        assert steps[at + 1, int(label[-1])] == 1


def test_the_second_of_three_events_is_the_label() -> None:
    data = sequences.order(0, 50)
    for steps, label in zip(data.sequences, data.target, strict=True):
        places = {name: int(np.flatnonzero(steps[:, number])[0]) for number, name in enumerate("ABC")}
        assert sorted(places.values())[1] == places[label]


def test_tags_follow_their_laws() -> None:
    opened = sequences.brackets(0, 20)
    for steps, tags in zip(opened.sequences, opened.target, strict=True):
        depths = (steps[:, 0] - steps[:, 1]).cumsum()
        assert tags == [f"{depth:.0f}" for depth in depths]
        assert 0 <= depths.min() < depths.max() <= 4
    kinds: dict[str, str] = {}
    words = sequences.previous(0, 100)
    for sentence, tags in zip(words.sequences, words.target, strict=True):
        assert tags[0] == "first"
        for before, tag in zip(sentence, tags[1:], strict=False):
            assert kinds.setdefault(before, tag) == tag


def test_speakers_are_groups_of_their_own() -> None:
    data = sequences.speakers(0, people=6, each=3)
    assert data.groups is not None
    assert np.unique(data.groups, return_counts=True)[1].tolist() == [3] * 6


def test_series_follow_their_laws() -> None:
    def column(table: pa.Table, name: str = "y") -> np.ndarray:
        return table[name].to_numpy()

    steps = np.diff(column(series.random_walk(0)))
    assert abs(np.corrcoef(steps[1:], steps[:-1])[0, 1]) < 0.06
    persistent = column(series.persistent(0))
    assert np.corrcoef(persistent[1:], persistent[:-1])[0, 1] == pytest.approx(0.8, abs=0.05)
    led = series.leading(0)
    shocks = column(led)[1:] - 0.5 * column(led)[:-1]
    assert np.corrcoef(shocks, column(led, "x")[:-1])[0, 1] == pytest.approx(2 / 5**0.5, abs=0.03)
    months = column(series.seasonal_walk(0)).reshape(-1, 12)
    assert np.diff(months, axis=0).std() == pytest.approx(0.3, abs=0.02)
    chaos = column(series.mackey_glass(0))
    assert 0.2 < chaos.min() < chaos.max() < 1.5
    short = series.many_short(0)
    assert (len(set(short["unique_id"].to_pylist())), short.num_rows) == (60, 60 * 72)


def test_texts_follow_their_laws() -> None:
    near = texts.chain(0, 3, 20_000).text
    # What stands before the letter before says nothing.
    followed = {one: near.count(one + "a") for one in "abc"}
    after = [near.count(one + "ab") / count for one, count in followed.items() if count > 500]
    assert max(after) - min(after) < 0.1
    words = texts.listed(0, 6_000).text
    assert len({words[at : at + 6] for at in range(0, 6_000, 6)}) <= 300
    far = texts.far_text(0, 900).text
    assert all(far[at] == far[at + 8] and far[at].isupper() for at in range(0, 900, 9))


def test_a_comparison_is_kept_and_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = next(case for case in CASES if case.name == "half-the-units")
    training = TrainingConfig(steps=2, batch_size=8)
    case = replace(
        case,
        data=lambda: sequences.order(0, 60),
        estimator=ClassifierConfig(training=training),
        options={"readout": "last", "bidirectional": False},
    )
    config = config_of(2, 1)
    evidence = compared(case, config, tmp_path)
    structures = {one.name: one.structure for one in evidence.cells}
    assert {name: one and one.hidden_size for name, one in structures.items()} == {"whole": 12, "half": 6}
    (path,) = tmp_path.iterdir()
    assert path.name == f"half-the-units-{key_of(case, config)}.json"
    assert capsys.readouterr().err.startswith("half-the-units, ")
    assert compared(case, config, tmp_path) == evidence
    assert capsys.readouterr().err == ""
    # More workers change nothing that is measured; more seeds do.
    assert key_of(case, config_of(2, 2)) == key_of(case, config)
    assert key_of(case, config_of(3, 1)) != key_of(case, config)
