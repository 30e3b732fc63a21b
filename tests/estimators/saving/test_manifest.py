"""A saved model is what was saved, or it is said which file is not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import gatewise
from gatewise.errors import SavedModelError
from gatewise.estimators.classification.linear import LinearClassifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small saved model."""
    X = np.random.default_rng(0).normal(size=(12, 7))
    return LinearClassifier().fit(X, [0, 1] * 6).save(tmp_path / "model")


def refused(folder: Path) -> str:
    with pytest.raises(SavedModelError) as error:
        gatewise.load(folder)
    text = str(error.value)
    assert text.isprintable()
    assert len(text) < 300 + len(str(folder))
    return text.removeprefix(f"{folder}: ")


def states(folder: Path) -> dict[str, str]:
    return {one.name: one.state for one in gatewise.verify(folder)}


def test_what_was_saved_is_whole(folder: Path) -> None:
    names = ["README.md", "config.json", "model.safetensors"]
    assert states(folder) == dict.fromkeys(names, "whole")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["format"] == 1
    assert list(manifest["files"]) == names
    assert manifest["files"]["config.json"]["bytes"] == (folder / "config.json").stat().st_size
    gatewise.load(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_no_bit_may_be_another(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    for at in np.random.default_rng(0).integers(len(content), size=20):
        content[at] ^= 4
        (folder / name).write_bytes(content)
        said = refused(folder)
        assert said.startswith(f"{name}: expected {len(content):,} bytes of SHA-256 ")
        assert said.endswith("…; copy or save the model again")
        assert states(folder)[name] == "changed"
        content[at] ^= 4
    (folder / name).write_bytes(content)
    gatewise.load(folder)


def test_the_card_may_be_written_on(folder: Path) -> None:
    (folder / "README.md").write_text("# My model")
    (folder / "notes.txt").write_text("mine")
    gatewise.load(folder)
    assert states(folder) == {
        "README.md": "changed",
        "config.json": "whole",
        "model.safetensors": "whole",
        "notes.txt": "unknown",
    }


def test_a_manifest_that_is_gone_is_missed(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    assert refused(folder) == (
        "expected manifest.json, as config.json says, found none; copy or save the model again"
    )
    with pytest.raises(
        SavedModelError, match="as in models that earlier versions saved; save it again to have one"
    ):
        gatewise.verify(folder)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": 2, "files": {}}',
        '{"format": 1, "files": {"../x": 1}}',
        "[" * 100_000,
        "x" * 2_000_000,
    ],
)
def test_a_manifest_that_is_none(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content)
    assert refused(folder) == (
        "manifest.json: expected size and SHA-256 of each file, found something else; copy or save the model again"
    )


def test_a_file_that_the_manifest_does_not_name(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["files"]["model.safetensors"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert refused(folder).startswith(
        "model.safetensors: expected no such file, as manifest.json says, found "
    )


def old(folder: Path, change: Callable[[str], str]) -> Path:
    """As an earlier version saved it: without a manifest, so that its values have to be looked at."""
    (folder / "manifest.json").unlink()
    text = (folder / "config.json").read_text().replace('"manifest": "manifest.json",', "")
    (folder / "config.json").write_text(change(text))
    return folder


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: "[" * 100_000, "nested more than 24 deep"),
        (
            lambda text: text.replace('"parameters"', '"x": ' + "[" * 30 + "1" + "]" * 30 + ', "parameters"'),
            "nested",
        ),
        (
            lambda text: text.replace('"parameters"', '"class": "SeasonalNaive", "parameters"'),
            "class stands there twice",
        ),
        (lambda text: text.replace('"parameters"', '"x": NaN, "parameters"'), "NaN is no number"),
        (
            lambda text: text.replace('"parameters"', '"x": ' + "9" * 10_000 + ', "parameters"'),
            "Exceeds the limit",
        ),
        (lambda text: text.replace('"LinearClassifier"', '["a"]'), "class: expected one of"),
        (
            lambda text: text.replace('"LinearClassifier"', '"\\u001b[31m' + "a" * 10_000 + '"'),
            "found '�[31maaa",
        ),
        (
            lambda text: text.replace('"parameters"', f'"{"k" * 100_000}": 1, "parameters_"'),
            "KeyError: 'parameters'",
        ),
    ],
)
def test_hostile_settings_of_a_model_without_a_manifest(
    folder: Path, change: Callable[[str], str], said: str
) -> None:
    assert said in refused(old(folder, change))


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    os.mkfifo(folder / "model.safetensors")
    assert refused(folder) == "model.safetensors: expected a file, found something else"
