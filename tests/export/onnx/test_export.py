"""ONNX files answer as the models do, in ONNX Runtime, for every cell and kind of model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest

import gatewise
from gatewise import ClassifierConfig, ForecasterConfig, LanguageModelConfig, TaggerConfig, TrainingConfig
from gatewise.errors import ConfigurationError, ExportError
from gatewise.export import export_onnx
from gatewise.nn.cells.registry import CELLS

TRAINING = TrainingConfig(steps=3)
RANDOM = np.random.default_rng(0)
X = [RANDOM.normal(size=(length, 2)).astype(np.float32) + 100 for length in (1, 9, 14, 30, 22, 17)]
LABELS = ["a", "b"] * 3


def classifier(
    cell: str = "GRU", *, hidden_size: int = 20, bidirectional: bool = False, **config: Any
) -> Any:
    return gatewise.SequenceClassifier(
        cell,
        hidden_size=hidden_size,
        bidirectional=bidirectional,
        random_state=0,
        config=ClassifierConfig(training=TRAINING, **config),
    ).fit(X, LABELS)


def run(path: Path, **feeds: Any) -> dict[str, Any]:
    session = onnxruntime.InferenceSession(path)
    return dict(zip([one.name for one in session.get_outputs()], session.run(None, feeds), strict=True))


def padded() -> dict[str, Any]:
    lengths = np.array([len(one) for one in X])
    values = np.full((len(X), lengths.max(), 2), np.nan, np.float32)
    for row, one in enumerate(X):
        values[row, : len(one)] = one
    return {"sequence": np.nan_to_num(values), "lengths": lengths}


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_whole_and_step_by_step(cell: str, tmp_path: Path) -> None:
    model = classifier(cell, num_layers=2)
    made = export_onnx(model, tmp_path / "out")
    assert [one.name for one in made.files] == ["model.onnx", "step.onnx", "chunk.onnx"]
    assert all(one.difference < 1e-5 for one in made.files)
    expected = model.predict_proba(X)
    np.testing.assert_allclose(
        run(tmp_path / "out/model.onnx", **padded())["probabilities"], expected, atol=1e-5
    )
    state = {
        name: np.array(value)[None]
        for name, value in json.loads(properties(tmp_path / "out/step.onnx")["states"]).items()
    }
    types = {one.name: one.initial.dtype for one in model.step_graph().states}
    state = {name: array.astype(types[name]) for name, array in state.items()}
    for row in X[3]:
        found = run(tmp_path / "out/step.onnx", row=row[None], **state)
        state = {name: found[f"{name}.next"] for name in state}
    np.testing.assert_allclose(found["probabilities"][0], expected[3], atol=1e-5)
    # All sequences side by side, in two chunks.
    state = {one.name: np.repeat(one.initial[None], len(X), axis=0) for one in model.step_graph().states}
    every = padded()
    for first, last in ((0, 8), (8, 30)):
        ends = np.clip(every["lengths"] - first, 0, last - first)
        found = run(tmp_path / "out/chunk.onnx", row=every["sequence"][:, first:last], lengths=ends, **state)
        state = {name: found[f"{name}.next"] for name in state}
    np.testing.assert_allclose(found["probabilities"][3, -1], expected[3], atol=1e-5)
    assert state["rows"][:, 0].tolist() == every["lengths"].tolist()


def properties(path: Path) -> dict[str, str]:
    return {one.key: one.value for one in onnx.load(path).metadata_props}


@pytest.mark.parametrize(
    "config",
    [
        {"bidirectional": True, "cell": "CIFG"},
        {"bidirectional": True, "cell": "LSTM", "num_layers": 2},
        {"bidirectional": True, "features": "convolution", "most_tokens": 5},
        {"features": "patches", "most_tokens": 5},
        {"readout": "last", "differences": False},
    ],
    ids=str,
)
def test_read_outs_patches_and_both_directions(config: dict[str, Any], tmp_path: Path) -> None:
    model = classifier(**config)
    export_onnx(model, tmp_path / "out")
    found = run(tmp_path / "out/model.onnx", **padded())["probabilities"]
    np.testing.assert_allclose(found, model.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize("cell", ["RNN", "GRU", "MGU"])
def test_weights_of_8_bits(cell: str, tmp_path: Path) -> None:
    model = classifier(cell, hidden_size=96)
    exact, rounded = export_onnx(model, tmp_path / "exact"), export_onnx(model, tmp_path / "int8", int8=True)
    assert rounded.files[0].nbytes < 0.45 * exact.files[0].nbytes
    found = run(tmp_path / "int8/model.onnx", **padded())["probabilities"]
    assert rounded.loss is not None
    assert 0 < rounded.loss < 0.05
    np.testing.assert_allclose(found, model.predict_proba(X), atol=0.05)


def test_tags_texts_languages_and_forecasts(tmp_path: Path) -> None:
    tags = [["B-x" if value > 100 else "O" for value in one[:, 0]] for one in X]
    config = TaggerConfig(training=TRAINING)
    models: list[Any] = [
        gatewise.SequenceTagger("GRU", hidden_size=5, random_state=0, config=config).fit(X, tags),
        gatewise.SequenceClassifier(
            "GRU",
            hidden_size=5,
            bidirectional=False,
            random_state=0,
            config=ClassifierConfig(training=TRAINING),
        ).fit(["good film", "a bad one"] * 3, LABELS),
        gatewise.LanguageModel(
            "LSTM", hidden_size=5, random_state=0, config=LanguageModelConfig(training=TRAINING)
        ).fit("the cat sat on the mat. " * 9),
        gatewise.SequenceForecaster("GRU", 3, random_state=0, config=ForecasterConfig(training=TRAINING)).fit(
            pd.DataFrame({"ds": np.arange(90), "y": 50 + np.sin(np.arange(90)) + RANDOM.normal(size=90)})
        ),
    ]
    for number, model in enumerate(models):
        made = export_onnx(model, tmp_path / str(number))
        assert all(one.difference < 1e-5 for one in made.files)
    assert "reads each sequence from both ends" in export_onnx(models[0], tmp_path / "0").no_steps
    assert "cutting texts into words" in (tmp_path / "1/README.md").read_text(encoding="utf-8")


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    from gatewise.estimators.classification.ridge import StatisticsClassifier

    with pytest.raises(ExportError, match="no written form"):
        export_onnx(StatisticsClassifier().fit(X, LABELS), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"notes.txt"):
        export_onnx(classifier(), tmp_path / "mine")
    assert (tmp_path / "mine/notes.txt").exists()
