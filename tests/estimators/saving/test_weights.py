"""Weights are held against what is said of them before anything is made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import gatewise
from gatewise.errors import SavedModelError
from gatewise.estimators.config import ClassifierConfig
from gatewise.training.config import TrainingConfig


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small saved network, as an earlier version saved it."""
    X = [np.random.default_rng(seed).normal(size=(6, 2)) for seed in range(12)]
    config = ClassifierConfig(members=2, training=TrainingConfig(steps=2))
    model = gatewise.SequenceClassifier("GRU", hidden_size=4, random_state=0, config=config).fit(
        X, ["a", "b"] * 6
    )
    path = model.save(tmp_path / "model")
    (path / "manifest.json").unlink()
    change(path)
    gatewise.load(path)
    return path


def change(path: Path, **shape: Any) -> None:
    config = json.loads((path / "config.json").read_text())
    config.pop("manifest", None)
    if "members" in shape:
        config["members"] = shape.pop("members")
    config["shape"] |= shape
    (path / "config.json").write_text(json.dumps(config))


def refused(path: Path) -> str:
    with pytest.raises(SavedModelError) as error:
        gatewise.load(path)
    return str(error.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ({"hidden_size": 50_000}, "expected the shape (150000, "),
        ({"hidden_size": 10**9}, "the saved model is damaged ("),
        ({"outputs": 3}, "model.safetensors: 0.head.weight: expected the shape (3, "),
        ({"num_layers": 2}, "l1: expected an array, as config.json says, found none"),
        (
            {"num_layers": 10**8},
            "config.json: shape: num_layers: expected some of model.safetensors, found 100000000",
        ),
        ({"members": 3}, "config.json: members: expected 2, as model.safetensors has, found 3"),
        ({"members": 10**9}, "config.json: members: expected 2, as model.safetensors has, found 1000000000"),
        ({"members": True}, "config.json: members: expected 2, as model.safetensors has, found True"),
        ({"hidden_size": -1}, "the saved model is damaged ("),
        ({"hidden_size": "x" * 10_000}, "the saved model is damaged ("),
        ({"cell": "none"}, "the saved model is damaged ("),
    ],
)
def test_a_shape_that_is_not_that_of_the_weights(folder: Path, shape: dict[str, Any], said: str) -> None:
    change(folder, **shape)
    assert said in refused(folder)
    assert len(refused(folder)) < 300


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (lambda one: one * np.nan, "expected finite numbers, found some that are not"),
        (lambda one: one / np.float32(0), "expected finite numbers, found some that are not"),
        (lambda one: one.astype(np.int32), "expected torch.float32, found int32"),
        (lambda one: one.T.copy(), "expected the shape (12, 4), as config.json says, found (4, 12)"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_weights_that_are_none(folder: Path, to: Any, said: str) -> None:
    arrays = load_file(folder / "model.safetensors")
    name = "1.cell.weight_hh_l0"
    save_file(arrays | {name: to(arrays[name])}, folder / "model.safetensors")
    assert refused(folder) == f"model.safetensors: {name}: {said}"
