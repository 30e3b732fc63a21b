"""Comparisons of every kind of sequence, small ones, from the data to the verdict and the report."""

from __future__ import annotations

import numpy as np
import pytest
from small import QUICK
from sounds import record, tone

import gatewise
from gatewise.comparison.compare import prepare
from gatewise.comparison.results import Comparison
from gatewise.comparison.tasks.classification import confusion
from gatewise.data.corpus import Corpus
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ConfigurationError, DataError
from gatewise.training.config import TrainingConfig

BRIEF = QUICK.model_copy(update={"trials": 1, "curves": False})
FEW = TrainingConfig(steps=6, batch_size=8)
WORDS = ["red", "green", "blue", "one", "two", "three"]


def tagged(count: int = 40) -> SequenceSet:
    """Colours and numbers, to be told apart."""
    random = np.random.default_rng(0)
    sentences = [list(random.choice(WORDS, length)) for length in random.integers(3, 9, count)]
    sentences = [[str(word) for word in words] for words in sentences]
    labels = [["colour" if WORDS.index(word) < 3 else "number" for word in words] for words in sentences]
    return SequenceSet(sentences, labels, task="tagging", source="words")


def valued(count: int = 40, *, per_step: bool = False) -> SequenceSet:
    random = np.random.default_rng(0)
    sequences = [random.normal(size=(12, 2)).astype(np.float32) for _ in range(count)]
    sums = [np.cumsum(sequence[:, 0].astype(np.float64)) for sequence in sequences]
    groups = np.arange(count) // 8
    targets = sums if per_step else np.array([total[-1] for total in sums])
    return SequenceSet(sequences, targets, task="regression", groups=groups, source="sums")


def texts(count: int = 40) -> SequenceSet:
    random = np.random.default_rng(0)
    labels = np.array(["colour", "number"])[np.arange(count) % 2]
    sentences = [
        " ".join(random.choice(WORDS[:3] if label == "colour" else WORDS[3:], 4)) for label in labels
    ]
    return SequenceSet(sentences, labels, task="classification", source="texts")


def valued_texts(count: int = 40) -> SequenceSet:
    """Texts whose number is how many of their words are colours."""
    random = np.random.default_rng(0)
    words = [list(random.choice(WORDS, 4)) for _ in range(count)]
    values = np.array([sum(WORDS.index(word) < 3 for word in one) for one in words], np.float64)
    return SequenceSet([" ".join(one) for one in words], values, task="regression", source="colours")


def several(count: int = 40) -> SequenceSet:
    """Sums of two channels, one of them in a unit a million times as large; as many values as steps."""
    random = np.random.default_rng(0)
    sequences = [random.normal(size=(2 + 10 * (k > 1), 2)).astype(np.float32) for k in range(count)]
    sums = np.stack([one.sum(0) for one in sequences]).astype(np.float64) * [1e-3, 1e3]
    columns = SequenceColumns("id", None, targets=("near", "far"))
    return SequenceSet(sequences, sums, task="regression", source="two sums", columns=columns)


def corpus() -> Corpus:
    return Corpus("the cat sat on the mat. a dog lay by the log. " * 60, source="story")


def compared(data: object, config: object) -> Comparison:
    return gatewise.compare(data, config=BRIEF.model_copy(update={"hidden_size": 4}), estimator=config)  # type: ignore[arg-type]


CASES = {
    "tagging": (tagged, gatewise.TaggerConfig(training=FEW), {"frequent", "perceptron", "CRF"}),
    "regression": (
        valued,
        gatewise.RegressorConfig(training=FEW),
        {"median", "ridge", "statistics", "MiniRocket", "boosting"},
    ),
    "regression of several": (
        several,
        gatewise.RegressorConfig(training=FEW),
        {"median", "ridge", "statistics", "MiniRocket", "boosting"},
    ),
    "regression of texts": (
        valued_texts,
        gatewise.RegressorConfig(training=FEW),
        {"median", "TF-IDF"},
    ),
    "classification": (texts, gatewise.ClassifierConfig(training=FEW), {"majority", "naive Bayes", "TF-IDF"}),
    "language": (corpus, gatewise.LanguageModelConfig(training=FEW), {"n-gram"}),
}


@pytest.mark.parametrize(
    ("task", "unit"),
    [
        ("tagging", "words"),
        ("regression", "steps"),
        ("regression of texts", "words"),
        ("classification", "words"),
        ("language", "characters"),
    ],
)
def test_every_task_names_its_steps(task, unit):
    data, config, _ = CASES[task]
    assert prepare(data(), config=BRIEF, estimator=config).task.facts().step_unit == unit


@pytest.mark.slow
@pytest.mark.parametrize("task", CASES)
def test_every_task_is_compared(task, tmp_path):
    data, config, baselines = CASES[task]
    comparison = compared(data(), config)
    evidence = comparison.evidence
    assert evidence.data.task == task.partition(" of ")[0]
    assert [cell.name for cell in evidence.cells] == ["RNN", "LSTM", "GRU"]
    assert {baseline.name for baseline in evidence.baselines} == baselines
    for candidate in evidence.candidates:
        assert np.isfinite(candidate.fit.error.mean)
        assert candidate.fit.metrics
    for cell in evidence.cells:
        assert cell.gradient is not None
        assert cell.memory is not None
        assert cell.structure is not None
    page = comparison.report(tmp_path / "report.html").read_text()
    assert evidence.metric.name in page
    assert Comparison.from_json(_written(comparison, tmp_path)).evidence == evidence
    answered = comparison.recommend().choice
    assert answered is None or comparison.model is not None


def _written(comparison: Comparison, folder):
    comparison.to_json(folder / "comparison.json")
    return folder / "comparison.json"


def test_values_at_every_step():
    prepared = prepare(valued(per_step=True), config=BRIEF, estimator=gatewise.RegressorConfig(training=FEW))
    task = prepared.task
    assert task.network("GRU", 4).shape.readout == "each"
    assert "MiniRocket" not in task.baselines()
    _, median = task.baselines()["median"]
    task.fit(median, 0)
    scores = task.score(median, 0)
    assert len(scores.units) == len(task.rows[0][1])
    targets = task.picked(task.rows[0][1])[1]
    middle = np.median(np.concatenate(task.picked(task.rows[0][0])[1]))
    assert scores.units[0] == pytest.approx(np.abs(targets[0] - middle).mean())


def test_several_values_count_alike():
    data = several()
    task = prepare(data, config=BRIEF, estimator=gatewise.RegressorConfig(training=FEW)).task
    assert task.metric.name == "scaled MAE"
    assert task.network("GRU", 4).shape.outputs == 2
    _, median = task.baselines()["median"]
    task.fit(median, 0)
    assert median.target_names_ == ("near", "far")
    learned, tested = (data.target[rows] for rows in task.rows[0])
    units = task.score(median, 0).units
    expected = np.abs(tested - np.median(learned, axis=0)) / learned.std(axis=0)
    np.testing.assert_allclose(units, expected.mean(axis=1))
    facts = task.facts().facts
    assert facts["near"].startswith(f"{data.target[:, 0].min():.4g} to ")
    standard = (tested - learned.mean(axis=0)) / learned.std(axis=0)
    answers = {"median": [task.score(median, 0).answers]}
    np.testing.assert_allclose(task.examples(answers).actual, standard.ravel(), rtol=1e-5)
    details = task.details(answers, ("median",))
    assert details.unit == "deviations of the targets"
    (by_target,) = [one for one in details.by if one.what == "target"]
    assert by_target.names == ("near", "far")
    np.testing.assert_allclose(by_target.errors["median"], expected.mean(axis=0), rtol=1e-3)


def test_a_test_set_has_the_same_targets():
    data = several()
    with pytest.raises(DataError, match=r"^two sums: expected as many targets as in two sums$"):
        prepare(data, test=valued_as_several(data), config=BRIEF)


def valued_as_several(data: SequenceSet) -> SequenceSet:
    return SequenceSet(data.sequences, data.target[:, 0], task="regression", source=data.source)


def test_groups_stay_whole():
    data = valued()
    task = prepare(data, config=BRIEF.model_copy(update={"folds": 3})).task
    for training, test in task.rows:
        assert not set(data.groups[training]) & set(data.groups[test])


def test_fewer_groups_than_parts():
    data = valued(16)
    assert len(np.unique(data.groups)) == 2
    training, test = prepare(data, config=BRIEF).task.rows[0]
    assert len(training) == len(test) == 8


def test_recordings(tmp_path):
    for number in range(16):
        label, hertz = (("high", 900), ("low", 300))[number % 2]
        record(tmp_path / "tones" / label / f"{number}.wav", tone(hertz, seed=number))
    prepared = prepare(tmp_path / "tones", config=BRIEF)
    task = prepared.task
    assert task.facts().summary == "16 recordings, 2 classes"
    assert set(task.baselines()) == {"majority", "MFCC-1NN", "MFCC-linear", "MFCC-statistics", "MiniRocket"}
    batch = task.sample(task._probe, 4)
    assert batch.values.shape[0] == 4


def test_tagged_numbers():
    random = np.random.default_rng(0)
    sequences = [random.normal(size=(9, 1)).astype(np.float32) for _ in range(20)]
    labels = [["up" if value > 0 else "down" for value in sequence[:, 0]] for sequence in sequences]
    task = prepare(SequenceSet(sequences, labels, task="tagging"), config=BRIEF).task
    assert set(task.baselines()) == {"majority", "linear"}
    errors = {}
    for name, (_, baseline) in task.baselines().items():
        task.fit(baseline, 0)
        errors[name] = task.score(baseline, 0).units.mean()
    assert errors["linear"] < 0.1 < errors["majority"]


def test_a_test_set_of_its_own():
    task = prepare(tagged(20), test=tagged(5), config=BRIEF).task
    assert [len(rows) for rows in task.rows[0]] == [20, 5]


def test_the_end_of_a_text_is_predicted_from_its_beginning():
    story = corpus()
    task = prepare(story, config=BRIEF.model_copy(update={"folds": 2})).task
    for training, test in task.parts:
        assert story.text.startswith(training + test)
    assert task.parts[1][0] + task.parts[1][1] == story.text


@pytest.mark.slow
def test_a_text_written_by_each_is_shown(tmp_path):
    comparison = compared(corpus(), gatewise.LanguageModelConfig(training=FEW))
    written = comparison.evidence.examples.written
    assert set(written) == {"RNN", "LSTM", "GRU"}
    assert all(len(text) == 300 for text in written.values())
    assert "Made up by each" in comparison.report(tmp_path / "report.html").read_text()


@pytest.mark.slow
def test_subwords_are_compared_by_characters():
    comparison = gatewise.compare(
        corpus(),
        config=BRIEF.model_copy(update={"hidden_size": 4}),
        estimator=gatewise.LanguageModelConfig(training=FEW, vocabulary_size=300),
        level="subword",
    )
    assert comparison.evidence.metric.name == "nats per character"
    assert "different subwords" in comparison.evidence.data.facts["symbols"]


def test_confusion_counts_rows_of_what_was():
    counts = confusion(np.array([0, 0, 1]), np.array([0, 1, 1]), 3)
    assert counts == ((1, 1, 0), (0, 1, 0), (0, 0, 0))


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (
            corpus(),
            {"bidirectional": True},
            "bidirectional: has no meaning for the task language; leave it out",
        ),
        (valued(), {"horizon": 3}, "horizon: has no meaning for the task regression; leave it out"),
        (
            tagged(),
            {"test": valued()},
            "test: expected data for the task tagging, got data for regression",
        ),
        (
            texts(),
            {"estimator": gatewise.TaggerConfig()},
            "estimator: expected a ClassifierConfig, got TaggerConfig",
        ),
    ],
)
def test_options_of_other_tasks_are_refused(data, options, message):
    with pytest.raises(ConfigurationError) as error:
        prepare(data, config=BRIEF, **options)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            Corpus("short", source="note"),
            "note: expected a text of at least 2,000 characters to be split into training and test, got 5",
        ),
        (
            SequenceSet([["a"], ["b"]], [["x"], ["x"]], task="tagging", source="file"),
            "file: expected at least two labels, got one: 'x' everywhere",
        ),
        (
            SequenceSet([np.zeros((3, 1), np.float32)] * 3, np.zeros(3), task="regression"),
            "expected at least 4 sequences to be split into training and test, got 3",
        ),
    ],
)
def test_too_little_to_compare(data, message):
    with pytest.raises(DataError) as error:
        prepare(data, config=BRIEF)
    assert str(error.value) == message
