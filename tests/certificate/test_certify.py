"""Every way to a model's answers is tried, told, and written down beside the model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sounds import RATE, tone

import gatewise
from gatewise import (
    ClassifierConfig,
    ForecasterConfig,
    LanguageModelConfig,
    RegressorConfig,
    TaggerConfig,
    TrainingConfig,
)
from gatewise.certificate import certify as certifying
from gatewise.certificate.certify import CERTIFICATE, certify
from gatewise.errors import ExportError
from gatewise.estimators.classification.ridge import RocketClassifier, StatisticsClassifier

TRAINING = TrainingConfig(steps=3)
RANDOM = np.random.default_rng(0)
X = [RANDOM.normal(size=(length, 2)).astype(np.float32) for length in (5, 9, 14, 30, 22, 17)]
LABELS = ["a", "b"] * 3


def classifier(**options: Any) -> Any:
    config = ClassifierConfig(training=TRAINING)
    return gatewise.SequenceClassifier("GRU", hidden_size=5, random_state=0, config=config, **options)


def several() -> dict[str, Any]:
    """One model of each kind."""
    tags = [["B-x" if value > 0 else "O" for value in one[:, 0]] for one in X]
    series = pd.DataFrame({"ds": np.arange(90), "y": 50 + np.sin(np.arange(90)) + RANDOM.normal(size=90)})
    series["past"] = RANDOM.normal(size=90)
    coded = [np.column_stack([one, RANDOM.integers(4, size=len(one))]) for one in X]
    options = {"hidden_size": 5, "random_state": 0}
    return {
        "codes": classifier(bidirectional=False).fit(coded, LABELS, categorical=[2]),
        "text": classifier(bidirectional=False).fit(["good film", "a bad one"] * 3, LABELS),
        "tags": gatewise.SequenceTagger(
            "LSTM", bidirectional=False, config=TaggerConfig(training=TRAINING), **options
        ).fit(X, tags),
        "values": gatewise.SequenceRegressor("RNN", config=RegressorConfig(training=TRAINING), **options).fit(
            X, [one.sum(axis=1) for one in X]
        ),
        "sounds": classifier().fit([(tone(400 * k, 0.1 * k), RATE) for k in (1, 2, 3)], [0, 1, 0]),
        "rocket": RocketClassifier(features=168).fit(X, LABELS),
        "language": gatewise.LanguageModel(
            "GRU", config=LanguageModelConfig(training=TRAINING), **options
        ).fit("the cat sat on the mat. " * 9),
        "forecast": gatewise.SequenceForecaster(
            "GRU", 3, config=ForecasterConfig(training=TRAINING), **options
        ).fit(series, past=["past"]),
    }


def test_every_kind_agrees_with_itself(tmp_path: Path) -> None:
    for name, model in several().items():
        found = certify(model.save(tmp_path / name))
        assert found.equal, found
        if name in ("sounds", "rocket"):
            continue
        gone = [one.way for one in found.ways if one.equal is not None]
        assert {"predict", "written down", "step by step", "in chunks", "ONNX", "ONNX, step by step"} <= {
            *gone
        }
        assert found.equal, found


def test_what_was_found_stands_beside_the_model(tmp_path: Path) -> None:
    folder = classifier().fit(X, LABELS).save(tmp_path / "model")
    told: list[str] = []
    found = certify(folder, told.append)
    assert "step by step" in told
    saved = json.loads((folder / CERTIFICATE).read_text(encoding="utf-8"))
    assert saved["equal"]
    assert saved["ways"][0]["way"] == "predict"
    stepwise = next(one for one in found.ways if one.way == "step by step")
    assert "reads each sequence from both ends" in stepwise.why_not
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert card.count("## Certificate") == 1
    (folder / "README.md").write_text(f"{card}\n## Mine\n\nnotes\n", encoding="utf-8")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    certify(folder)
    again = (folder / "README.md").read_text(encoding="utf-8")
    assert (again.count("## Certificate"), again.endswith("\n\n## Mine\n\nnotes\n")) == (1, True)
    states = {one.name: one.state for one in gatewise.verify(folder)}
    assert states.pop("notes.txt") == "unknown"
    assert {*states.values()} == {"whole"}
    gatewise.load(folder)


def test_a_way_that_answers_otherwise_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = classifier().fit(X, LABELS).save(tmp_path / "model")

    def wrong(model: Any, trial: Any) -> Any:
        answers = certifying.WAYS["written down"](model, trial)
        answers.found[2][0] += 0.01
        return answers

    monkeypatch.setattr(certifying, "WAYS", {**certifying.WAYS, "wrong": wrong})
    found = certify(folder)
    assert not found.equal
    last = found.ways[-1]
    assert (last.way, last.equal) == ("wrong", False)
    assert last.difference == pytest.approx(0.01, rel=1e-3)


def test_models_with_one_way_alone_say_so(tmp_path: Path) -> None:
    folder = StatisticsClassifier().fit(X, LABELS).save(tmp_path / "model")
    with pytest.raises(ExportError, match="has no written form; serve it, or call predict"):
        certify(folder)
    assert not (folder / CERTIFICATE).exists()
