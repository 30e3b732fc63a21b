"""Saved models: the same answers, all of it or nothing, and clear words when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file
from synthetic import TINY, forecasters, name_of, series_set, waves

import gatewise
from gatewise.data.sequences import SequenceColumns
from gatewise.data.series import Columns
from gatewise.errors import SavedModelError
from gatewise.estimators.classification.linear import LinearClassifier, MajorityClassifier
from gatewise.estimators.classification.naive_bayes import NaiveBayesClassifier
from gatewise.estimators.classification.neighbour import WarpingNeighbour
from gatewise.estimators.classification.network import SequenceClassifier
from gatewise.estimators.classification.ridge import RocketClassifier, StatisticsClassifier
from gatewise.estimators.classification.tfidf import TfidfClassifier
from gatewise.estimators.config import (
    ClassifierConfig,
    LanguageModelConfig,
    RegressorConfig,
    TaggerConfig,
)
from gatewise.estimators.forecast.baselines import BASELINES
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive
from gatewise.estimators.language.network import LanguageModel
from gatewise.estimators.language.ngram import NGramModel
from gatewise.estimators.loading import ESTIMATORS
from gatewise.estimators.regression.constant import MeanRegressor, MedianRegressor
from gatewise.estimators.regression.network import SequenceRegressor
from gatewise.estimators.regression.ridge import RocketRegressor, StatisticsRegressor
from gatewise.estimators.regression.tabular import BoostingRegressor, RidgeRegressor
from gatewise.estimators.regression.texts import TfidfRegressor
from gatewise.estimators.saving import directory as persistence
from gatewise.estimators.tagging.crf import CRFTagger
from gatewise.estimators.tagging.linear import LinearTagger, MajorityTagger
from gatewise.estimators.tagging.network import SequenceTagger
from gatewise.estimators.tagging.perceptron import FrequentTagger, PerceptronTagger
from gatewise.training.config import TrainingConfig

HORIZON = 4
SMALL = ClassifierConfig(members=2, training=TrainingConfig(steps=3))
savable = forecasters(HORIZON, levels=(80, 90))
classifiers = [
    SequenceClassifier(
        "LSTM", hidden_size=4, random_state=np.int64(0), class_weight={"x": 2.0}, config=SMALL
    ),
    LinearClassifier(points=np.int64(5)),  # type: ignore[arg-type]  # as a search over a grid sets it
    MajorityClassifier(),
]
SENTENCES = [["the", "cat"], ["a", "dog", "sat"], ["the", "log"]] * 4
TAGS = [["D", "N"], ["D", "N", "V"], ["D", "N"]] * 4
VALUES = [np.random.default_rng(0).normal(size=(length, 2)) for length in range(3, 15)]
SIGNS = [["up" if value > 0 else "down" for value in sequence[:, 0]] for sequence in VALUES]
FEW = TrainingConfig(steps=3)
STORY = "the cat sat on the mat. " * 20
others: list[tuple[Any, Any, Any]] = [
    (SequenceTagger(hidden_size=4, random_state=0, config=TaggerConfig(training=FEW)), SENTENCES, TAGS),
    (FrequentTagger(), SENTENCES, TAGS),
    (PerceptronTagger(), SENTENCES, TAGS),
    (CRFTagger(), SENTENCES, TAGS),
    (MajorityTagger(), VALUES, SIGNS),
    (LinearTagger(), VALUES, SIGNS),
    (NaiveBayesClassifier(), [" ".join(words) for words in SENTENCES], [*"xyz"] * 4),
    (TfidfClassifier(), [" ".join(words) for words in SENTENCES], [*"xyz"] * 4),
    (
        SequenceRegressor(hidden_size=4, random_state=0, config=RegressorConfig(training=FEW)),
        VALUES,
        np.arange(12.0),
    ),
    (MeanRegressor(), VALUES, np.arange(12.0)),
    (MedianRegressor(), VALUES, np.arange(12.0)),
    (RocketRegressor(), VALUES, np.arange(12.0)),
    (StatisticsRegressor(), VALUES, np.arange(12.0)),
    (TfidfRegressor(), [" ".join(words) for words in SENTENCES], np.arange(12.0)),
    (RocketClassifier(), VALUES, [*"xyz"] * 4),
    (WarpingNeighbour(), VALUES, [*"xyz"] * 4),
    (StatisticsClassifier(), VALUES, [*"xyz"] * 4),
    (RidgeRegressor(), VALUES, np.arange(12.0)),
    (BoostingRegressor(), VALUES, np.arange(12.0)),
    (
        LanguageModel(hidden_size=4, random_state=0, config=LanguageModelConfig(training=FEW)),
        STORY,
        None,
    ),
    (NGramModel(), STORY, None),
]
# Recordings are tried beside their own estimators.
UNSAVED = {"SpokenLinear", "SpokenNeighbour", "SpokenRocket", "SpokenStatistics"}


def naive() -> SeasonalNaive:
    return SeasonalNaive(HORIZON, config=TINY).fit(series_set([waves(80)]))


def sequences() -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.normal(size=(length, 2)) for length in range(3, 15)]


def message(path: Path) -> str:
    with pytest.raises(SavedModelError) as error:
        gatewise.load(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_every_estimator_is_tried_here() -> None:
    tried = {type(model).__name__ for model in [*forecasters(1), *classifiers, *(one[0] for one in others)]}
    optional = {one.estimator.__name__ for one in BASELINES if not one.at_hand}
    assert tried | UNSAVED | optional == set(ESTIMATORS)


@pytest.mark.parametrize(("model", "X", "y"), others)
def test_the_others_answer_the_same_after_loading(model: Any, X: Any, y: Any, tmp_path: Path) -> None:
    model.fit(X, y)
    restored = gatewise.load(model.save(tmp_path / "model"))
    assert type(restored) is type(model)
    assert restored.get_params(deep=False) == model.get_params(deep=False)
    if y is None:
        assert restored.score(X) == model.score(X)
    else:
        assert list(restored.predict(X)) == list(model.predict(X))


@pytest.mark.parametrize("model", savable, ids=name_of)
def test_a_forecaster_answers_the_same_after_loading(model: Any, tmp_path: Path) -> None:
    observed = np.random.default_rng(0).random(140) > 0.1
    model.set_params(horizon=np.int64(HORIZON)).fit(
        series_set([waves(80), waves(55), waves(5)], observed=observed)
    )
    restored = gatewise.load(model.save(tmp_path / "model"))
    assert type(restored) is type(model)
    assert restored.predict().equals(model.predict())
    assert restored.get_params(deep=False) == model.get_params(deep=False)
    assert (restored.season_, restored.skipped_) == (model.season_, ("c",))
    other = series_set([waves(90, seed=3)])
    assert np.array_equal(*(m.forecast(other, np.array([0]), np.array([70])) for m in (model, restored)))
    assert restored.save(tmp_path / "again").is_dir()
    assert getattr(restored, "histories_", []) == []


@pytest.mark.parametrize("model", classifiers, ids=name_of)
def test_a_classifier_answers_the_same_after_loading(model: Any, tmp_path: Path) -> None:
    model.fit(sequences(), np.array(list("xyz" * 4)))
    restored = gatewise.load(model.save(tmp_path / "model"))
    assert type(restored) is type(model)
    assert np.array_equal(restored.predict_proba(sequences()), model.predict_proba(sequences()))
    assert restored.predict(sequences()).tolist() == model.predict(sequences()).tolist()
    assert restored.get_params(deep=False) == model.get_params(deep=False)


@pytest.mark.parametrize("labels", [[3, 1, 2], [True, False, True], ["ä", "bb", "ccc"]])
def test_classes_keep_their_kind(labels: list[Any], tmp_path: Path) -> None:
    model = MajorityClassifier().fit(sequences(), labels * 4)
    restored = gatewise.load(model.save(tmp_path / "model"))
    assert restored.classes_.dtype == model.classes_.dtype
    assert restored.classes_.tolist() == sorted(set(labels))


def test_columns_are_remembered_after_loading(tmp_path: Path) -> None:
    frame = pd.DataFrame({"who": [*"aabb"], "at": [0, 1] * 2, "v": [1.0, 2, 3, 4], "kind": [*"xxyy"]})
    model = MajorityClassifier().fit(frame, id="who", time="at")
    restored = gatewise.load(model.save(tmp_path / "model"))
    assert restored.columns_ == model.columns_ == SequenceColumns("who", "at", "kind", ("v",))
    assert restored.predict(frame.drop(columns="kind")).tolist() == ["x", "x"]


def test_a_flat_table_is_still_one_after_loading(tmp_path: Path) -> None:
    X, y = np.random.default_rng(0).normal(size=(12, 7)), [0, 1] * 6
    restored = gatewise.load(LinearClassifier().fit(X, y).save(tmp_path / "model"))
    with pytest.raises(
        ValueError, match="X has 5 features, but LinearClassifier is expecting 7 features as input"
    ):
        restored.predict(X[:, :5])


def test_what_is_in_the_folder(tmp_path: Path) -> None:
    model = forecasters(HORIZON)[2].fit(series_set([waves(400)]))
    folder = model.save(str(tmp_path / "model"))
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "config.json",
        "manifest.json",
        "model.safetensors",
    ]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is not JSON")

    config = json.loads((folder / "config.json").read_text(), parse_constant=refuse)
    assert list(config) == [
        *(
            "format",
            "class",
            "manifest",
            "versions",
            "parameters",
            "preparation",
            "columns",
            "series",
            "skipped",
            "ratio",
            "calibration",
            "shape",
            "members",
            "helping",
        )
    ]
    assert (config["format"], config["class"]) == (1, "SequenceForecaster")
    assert list(config["versions"]) == ["gatewise", "torch", "python"]
    arrays = load_file(folder / "model.safetensors")
    assert {"offsets", "series.target", "0.cell.weight_hh_l0"} <= set(arrays)
    # Only the end of the series goes along.
    assert len(arrays["series.target"]) == model._memory < 100
    card = (folder / "README.md").read_text()
    assert card.startswith(
        "# SequenceForecaster\n\n- Forecasts 4 rows of 1 hour for 1 series from test data.\n"
    )
    assert folder.stat().st_mode & 0o777 == 0o755


def test_a_constant_covariate_survives(tmp_path: Path) -> None:
    columns = Columns(("unique_id",), "ds", ("y",), ("p",))
    series = series_set([waves(80)], past=np.ones((80, 1), np.float32), columns=columns)
    model = forecasters(HORIZON)[2].fit(series)
    assert gatewise.load(model.save(tmp_path / "model")).preparation_ == model.preparation_


def test_saving_again_replaces_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "model"
    naive().save(path)
    (path / "old").touch()
    SeasonalNaive(9, config=TINY).fit(series_set([waves(80)])).save(path)
    assert gatewise.load(path).horizon == 9
    assert not (path / "old").exists()
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_while_writing_leaves_the_old_model(
    failure: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model"
    naive().save(path)
    before = {entry.name: entry.read_bytes() for entry in path.iterdir()}

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(persistence, "save_file", fail)
    expected = SavedModelError if isinstance(failure, OSError) else KeyboardInterrupt
    for target in (path, tmp_path / "new"):
        with pytest.raises(expected) as error:
            naive().save(target)
        if isinstance(failure, OSError):
            assert (
                str(error.value)
                == f"{target}: cannot be written (No space left on device); name another path"
            )
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]
    assert {entry.name: entry.read_bytes() for entry in path.iterdir()} == before


def test_a_failure_while_replacing_leaves_the_old_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model"
    naive().save(path)
    replace = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(5, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr("gatewise.exchanging._exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(SavedModelError) as error:
        naive().save(path)
    assert str(error.value) == f"{path}: cannot be written (Input/output error); name another path"
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]
    assert gatewise.load(path).horizon == HORIZON


def test_nothing_else_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    for path in (tmp_path, tmp_path / "precious.txt"):
        with pytest.raises(SavedModelError) as error:
            naive().save(path)
        assert str(error.value) == f"{path}: exists and is not a saved model; name another path or remove it"
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.mkdir()
    assert gatewise.load(naive().save(path)).horizon == HORIZON


def test_a_path_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "model"
    with pytest.raises(SavedModelError) as error:
        naive().save(path)
    assert str(error.value).startswith(f"{path}: cannot be written (")
    assert str(error.value).endswith("); name another path")


def test_nothing_there(tmp_path: Path) -> None:
    missing = "expected the directory of a saved model with config.json and model.safetensors, found no"
    assert message(tmp_path / "no") == f"{tmp_path / 'no'}: {missing} config.json"
    (tmp_path / "file").touch()
    assert message(tmp_path / "file") == f"{tmp_path / 'file'}: {missing} config.json"
    path = naive().save(tmp_path / "model")
    (path / "model.safetensors").unlink()
    assert message(path) == f"{path}: {missing} model.safetensors"


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    path = naive().save(tmp_path / "model")
    (path / "manifest.json").unlink()
    (path / "config.json").write_text('{"model_type": "bert"}')
    assert message(path) == f"{path}: expected a model saved by gatewise, found another config.json"


def test_a_newer_format(tmp_path: Path) -> None:
    path = changed(naive().save(tmp_path / "model"), format=2)
    assert message(path) == f"{path}: expected a model of format 1, got 2; upgrade gatewise to read it"


def test_an_unknown_class(tmp_path: Path) -> None:
    path = changed(naive().save(tmp_path / "model"), **{"class": "os.system"})
    assert message(path) == (
        f"{path}: config.json: class: expected one of {len(ESTIMATORS)} estimators, such as SequenceForecaster, found "
        "'os.system'; upgrade gatewise to read it"
    )


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{", b"\0" * 100])
def test_damaged_files(name: str, content: bytes, tmp_path: Path) -> None:
    path = naive().save(tmp_path / "model")
    (path / name).write_bytes(content)
    assert message(path).startswith(f"{path}: {name}: expected ")
    assert message(path).endswith("; copy or save the model again")
    # As an earlier version has saved it, without a manifest.
    (path / "manifest.json").unlink()
    (path / "config.json").write_text(of_before((path / "config.json").read_bytes()), encoding="latin-1")
    assert message(path).startswith(f"{path}: {name}: the saved model is damaged (")
    assert message(path).endswith("); save it again")


@pytest.mark.parametrize("key", ["parameters", "preparation", "columns", "series", "shape", "members"])
@pytest.mark.parametrize("value", [None, [], {"nothing": 3}, "text"])
def test_a_damaged_configuration(key: str, value: Any, tmp_path: Path) -> None:
    path = forecasters(HORIZON)[0].fit(series_set([waves(80)])).save(tmp_path / "model")
    changed(path, **{key: value})
    assert message(path).startswith(f"{path}: ")
    assert len(message(path)) < 300 + len(str(path))


def test_weights_of_another_shape(tmp_path: Path) -> None:
    small, large = forecasters(HORIZON)[2], forecasters(HORIZON)[2].set_params(hidden_size=9)
    paths = [
        model.fit(series_set([waves(80)])).save(tmp_path / name)
        for name, model in {"small": small, "large": large}.items()
    ]
    (paths[0] / "model.safetensors").write_bytes((paths[1] / "model.safetensors").read_bytes())
    assert message(paths[0]).startswith(f"{paths[0]}: model.safetensors: expected ")
    before = changed(paths[0])
    assert message(before) == (
        f"{before}: model.safetensors: 0.embed.weight: expected the shape (8, 1), as config.json says, found "
        "(9, 1)"
    )


def changed(path: Path, **values: Any) -> Path:
    """As an earlier version would have saved it, without a manifest."""
    config = json.loads((path / "config.json").read_text())
    config.pop("manifest", None)
    (path / "config.json").write_text(json.dumps(config | values))
    (path / "manifest.json").unlink(missing_ok=True)
    return path


def of_before(content: bytes) -> str:
    return content.decode("latin-1").replace('"manifest": "manifest.json",', "")
