"""Splits and test sets that are hard to compare on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from synthetic import series_set, waves

import gatewise
from gatewise.comparison.compare import prepare
from gatewise.comparison.tasks.base import Settings, Task
from gatewise.data.corpus import Corpus
from gatewise.data.sequences import SequenceSet
from gatewise.errors import DataError

BRIEF = Settings("GRU", 3, 1e-3, 2, 0)
LABELS = np.array(["a", "b"] * 10)


def values(count: int, channels: int = 2) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.normal(size=(5 + k % 2, channels)).astype(np.float32) for k in range(count)]


def tags(count: int, *names: str) -> list[list[str]]:
    return [[names[step % len(names)] for step in range(5 + k % 2)] for k in range(count)]


def loss(task: Task) -> float:
    return task.fit_for_tuning(task.estimator(BRIEF), 0, BRIEF)


TWO_GROUPS = np.array([0, 1] * 5 + [1, 0] * 5)
HARD = {
    "two groups": SequenceSet(values(20), LABELS, task="classification", groups=TWO_GROUPS),
    "a class of two": SequenceSet(values(20), np.array(["a", "b"] * 9 + ["c", "c"]), task="classification"),
    "two groups of tags": SequenceSet(values(20), tags(20, "A", "B"), task="tagging", groups=TWO_GROUPS),
    "two groups of values": SequenceSet(values(20), np.arange(20.0), task="regression", groups=TWO_GROUPS),
    "five values": SequenceSet(values(5), np.arange(5.0), task="regression"),
}


@pytest.mark.parametrize("name", HARD)
def test_a_rate_can_be_chosen_where_little_is_left(name):
    assert np.isfinite(loss(prepare(HARD[name]).task))


def test_classes_that_only_one_group_has_are_refused():
    data = SequenceSet(values(20), LABELS, task="classification", groups=LABELS, source="takes")
    with pytest.raises(DataError) as error:
        prepare(data)
    assert str(error.value) == (
        "takes: without the groups that are tested on, one class is left; every class needs sequences of "
        "several groups"
    )


@pytest.mark.parametrize(
    ("test", "message"),
    [
        (values(4, 3), "test: expected 2 channels, as in data, got 3"),
        (["a b"] * 4, "test: expected sequences of values, as in data, got text"),
    ],
)
def test_a_test_set_of_another_shape_is_refused_before_training(test, message):
    data = SequenceSet(values(20), LABELS, task="classification", source="data")
    with pytest.raises(DataError) as error:
        prepare(data, test=SequenceSet(test, LABELS[:4], task="classification", source="test"))
    assert str(error.value) == message


def test_lists_of_words_are_texts():
    task = prepare(SequenceSet([["red", "one"], ["two"]] * 10, LABELS, task="classification")).task
    assert "20 texts of 1–2 words" in task.facts().summary
    assert list(task.baselines()) == ["majority", "naive Bayes", "TF-IDF"]


def test_labels_of_the_test_set_alone_are_told_and_never_right():
    held_out = SequenceSet(values(4), tags(4, "A", "C"), task="tagging")
    task = prepare(SequenceSet(values(20), tags(20, "A", "B"), task="tagging"), test=held_out).task
    assert task.facts().facts["in test only"] == "C; always counted as wrong"
    # A "B" that was answered is neither "A" nor "C".
    assert task._names() == ("A", "C", "(other)")
    assert task._numbers([["B", "C", "A"]]).tolist() == [2, 1, 0]


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_values_that_never_change_serve_a_model_of_steps():
    steps = [values[:, 0].astype(float) for values in values(20)]
    task = prepare(
        SequenceSet(values(20), steps, task="regression"),
        test=SequenceSet(values(4), np.arange(4.0), task="regression"),
    ).task
    estimator = task.estimator(BRIEF)
    task.fit(estimator, 0, BRIEF)
    assert len(task.score(estimator, 0).units) == 4
    assert estimator.evaluate(SequenceSet(values(4), np.arange(4.0), task="regression"))["MAE"] > 0


def test_values_of_steps_cannot_test_a_model_of_sequences():
    held_out = SequenceSet(
        values(4), [np.arange(len(one), dtype=float) for one in values(4)], task="regression", source="test"
    )
    with pytest.raises(DataError) as error:
        prepare(SequenceSet(values(20), np.arange(20.0), task="regression", source="data"), test=held_out)
    assert str(error.value) == "test: has a value at every step; expected one for each sequence, as in data"


def test_a_test_text_that_is_too_short_is_refused():
    with pytest.raises(DataError) as error:
        prepare(Corpus("the cat sat. " * 300), test=Corpus("the cat", source="end"))
    assert str(error.value) == "end: expected a test text of at least 30 characters, got 7"


def test_more_streams_than_symbols():
    config = gatewise.LanguageModelConfig(training=gatewise.TrainingConfig(steps=2, batch_size=64))
    assert gatewise.LanguageModel("GRU", hidden_size=3, config=config).fit("abcab").score("abc") > 0


def test_a_test_table_of_another_column_order(tmp_path):
    random = np.random.default_rng(0)
    rows = [
        (f"s{k}", step, value, 100 + value, "ab"[k % 2])
        for k in range(12)
        for step, value in enumerate(random.normal(size=4))
    ]
    header = ["id", "time", "x", "z", "label"]
    frame = pd.DataFrame(rows, columns=header)
    frame.to_csv(tmp_path / "train.csv", index=False)
    frame[["z", "label", "time", "x", "id"]].to_csv(tmp_path / "test.csv", index=False)
    task = prepare(tmp_path / "train.csv", test=tmp_path / "test.csv").task
    assert np.array_equal(task.sequences[0], task.sequences[12])


def test_what_is_shipped_has_read_the_test_text_only_if_asked_to():
    story = Corpus("the cat sat on the mat. " * 100)
    task = prepare(story, test=Corpus("zebras! " * 10)).task
    model = task.baselines()["n-gram"][1]
    task.fit_all(model)
    assert "z" not in model.vocabulary_.symbols
    task.fit_all(model, with_test=True)
    assert "z" in model.vocabulary_.symbols


def grouped(groups: int, labels: np.ndarray | None = None) -> SequenceSet:
    target = LABELS if labels is None else labels
    return SequenceSet(values(20), target, task="classification", groups=np.arange(20) // 2 % groups)


@pytest.mark.parametrize(("groups", "folds"), [(2, 2), (5, 5), (10, 10)])
def test_few_groups_are_held_out_in_turn(groups, folds):
    data = grouped(groups)
    prepared = prepare(data)
    assert (prepared.task.folds, prepared.plan.folds) == (folds, folds)
    assert prepared.plan.fewest_folds == (6 if groups >= 6 else 1)
    assert all(len(np.unique(data.groups[test])) == 1 for _, test in prepared.task.rows)
    units = prepared.task.units()
    assert units.group_count == groups
    assert units.of_folds(1).group_count == 1


def test_folds_that_are_asked_for_are_taken():
    prepared = prepare(grouped(5), folds=2)
    assert (prepared.task.folds, prepared.plan.fewest_folds) == (2, None)
    assert prepare(two_of_each(30)).task.folds == 1
    assert prepare(SequenceSet(values(20), LABELS, task="classification")).task.folds == 1
    assert prepare(grouped(5), test=grouped(3)).task.folds == 1


def two_of_each(groups: int, task: str = "classification") -> SequenceSet:
    count = 2 * groups
    targets = {
        "classification": np.array(["a", "b"] * groups),
        "regression": np.arange(float(count)),
        "tagging": tags(count, "A", "B"),
    }
    return SequenceSet(values(count), targets[task], task=task, groups=np.arange(count) // 2)


@pytest.mark.parametrize("task", ["classification", "regression", "tagging"])
@pytest.mark.parametrize("groups", [11, 12, 17, 29, 30, 41])
def test_enough_groups_for_an_interval_are_tested(groups, task):
    prepared = prepare(two_of_each(groups, task))
    units, fewest = prepared.task.units(), prepared.plan.fewest_folds
    assert units.group_count >= (10 if groups < 30 else 6)
    assert not units.of_folds(fewest or 1).few
    assert prepared.task.folds > 1 or groups >= 30
    assert all(len(test) for _, test in prepared.task.rows)
    if prepared.task.folds > 1:
        assert units.of_folds(fewest - 1).few or fewest == 1


def test_one_of_something_is_not_several():
    one = SequenceSet([value[:5] for value in values(20, 1)], LABELS, task="classification")
    facts = prepare(one).task.facts()
    assert facts.summary == "20 sequences of 5 steps × 1 channel, 2 classes"
    assert facts.facts["classes"] == "2 of 10 sequences"
    facts = prepare(series_set([waves(300), waves(300, seed=1)]), horizon=1).task.facts()
    assert facts.summary.startswith("2 series of 300 rows, 600 rows of ")
    assert facts.facts["horizon"] == "1 row"


def test_facts_are_those_of_the_folds_that_were_run():
    prepared = prepare(two_of_each(12))
    assert (prepared.task.folds, prepared.plan.fewest_folds) == (4, 2)
    assert prepared.task.facts().facts["test"] == "20 sequences in 4 folds"
    assert prepared.task.facts(3).facts["test"] == "16 sequences in 3 folds"
    assert prepared.task.facts(1).facts["test"] == "6 sequences in 1 fold"
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=2))
    options = {"seeds": 2, "trials": 1, "curves": False, "workers": 1, "hidden_size": 2}
    short = prepare(two_of_each(12), cells=["GRU"], estimator=config, **options)
    evidence = replace(short, plan=replace(short.plan, folds=2)).run().evidence
    assert evidence.data.facts["test"] == "12 sequences in 2 folds"
    assert sum(map(len, evidence.units.groups)) == 12
    story = prepare(Corpus("the cat sat on the mat. " * 200), folds=2).task
    assert story.facts().facts["test"].endswith("after them, in 2 folds")
    assert story.facts(1).facts["test"].endswith("after them, in 1 fold")


def test_a_group_that_has_a_class_alone_is_not_held_out():
    # Of the classes, the second has sequences of the last group only.
    labels = np.where(np.arange(20) // 2 % 5 == 4, "b", "a")
    task = prepare(grouped(5, labels=labels)).task
    held_out = {int(task.groups[test[0]]) for _, test in task.rows}
    assert held_out == {0, 1, 2, 3}


def test_the_second_seed_of_tuning_is_scored_on_other_data():
    for name in HARD.keys() - {"five values"}:
        task = prepare(HARD[name]).task
        rows = task.rows[0][0]
        parts = [task._validation(rows, part)[1].tolist() for part in (0, 1)]
        assert parts[0] != parts[1]


def test_cells_without_gates_begin_with_the_rate_that_fit_takes():
    task = prepare(HARD["five values"]).task
    assert task.rates_for("RNN", 8) == (1e-3, 3e-3, 8e-3)
    assert task.rates_for("GRU", 8) == (3e-3, 1e-3, 8e-3)
    assert prepare(HARD["five values"], trials=1).plan.first_rates["RNN"][0] == 1e-3


def test_a_language_model_begins_with_the_rate_of_its_size():
    task = prepare(Corpus("the cat sat on the mat. " * 120, source="story")).task
    assert task.rates_for("LSTM", 256)[0] == 8e-3
    assert task.rates_for("LSTM", 64)[0] == 8e-3
    assert task.rates_for("LSTM", 1024)[0] == 4e-3


def test_a_rate_that_was_asked_for_is_tried_first():
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(learning_rate=5e-3))
    task = prepare(HARD["a class of two"], estimator=config).task
    assert task.rates_for("GRU", 8)[0] == 5e-3
