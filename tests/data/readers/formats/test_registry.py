"""A further format is one file and one line."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gatewise.data.readers import (
    TaskGuess,
    formats,
    infer_task,
    read,
    read_labelled,
    read_sequences,
    read_tagged,
)
from gatewise.data.readers.formats import registry
from gatewise.data.readers.formats.base import Format
from gatewise.data.readers.options import ReadOptions
from gatewise.data.sequences import SequenceSet

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

LINES = "up 1 2 3\ndown 3 2\n"


# What the one file says.
def labelled(path: Path, _: ReadOptions) -> SequenceSet:
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return SequenceSet(
        [np.array(row[1:], np.float32)[:, None] for row in rows],
        np.array([row[0] for row in rows]),
        task="classification",
        source=str(path),
    )


LINE_BY_LINE = Format(
    holds="one label for each sequence",
    readers={"classification": labelled},
    guess=lambda *_: TaskGuess("classification", "each line begins with its label"),
    endings=(".lines",),
    recognises=lambda path: path.is_dir() and (path / "all.lines").is_file(),
    folder="all.lines",
)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one line."""
    monkeypatch.setattr(registry, "FORMATS", (*registry.FORMATS, LINE_BY_LINE))


@pytest.mark.usefixtures("known")
def test_a_further_format_is_read_for_every_task_it_serves(write: Write, refusal: Refusal) -> None:
    path = write("a.lines", LINES)
    assert infer_task(path) == TaskGuess("classification", "each line begins with its label")
    found = read(path)
    assert found.notes == ("task classification: each line begins with its label",)
    assert read_labelled(path).target.tolist() == ["up", "down"]
    # Labels are dropped where nothing is said of reading without them.
    unlabelled = read_sequences(path)
    assert (unlabelled.target, unlabelled.task, unlabelled.lengths.tolist()) == (None, None, [3, 2])
    assert refusal(lambda: read_tagged(path)) == (
        'a.lines: holds one label for each sequence; use it with task="classification" or SequenceClassifier'
    )


@pytest.mark.usefixtures("known")
def test_a_folder_of_a_further_format(write: Write, refusal: Refusal) -> None:
    Path("empty").mkdir()
    assert refusal(lambda: infer_task("empty")) == (
        "empty: holds nothing that can be read; expected recordings (.wav, .flac), texts (.txt, .md), all.lines, or "
        "seq.in and seq.out"
    )
    Path("full").mkdir()
    write("full/all.lines", LINES)
    assert infer_task("full").task == "classification"


def test_without_its_line_it_is_not_known(write: Write, refusal: Refusal) -> None:
    path = write("a.lines", LINES)
    assert ".lines" in refusal(lambda: infer_task(path))


def test_every_format_stands_in_a_file_of_its_own() -> None:
    """And in one line of the registry."""
    folder = Path(inspect.getfile(formats)).parent
    defined = {
        target.id: path.stem
        for path in folder.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name) and getattr(node.value.func, "id", "") == "Format"
    }
    assert len(set(defined.values())) == len(defined)
    known = {name for name, value in vars(registry).items() if isinstance(value, Format)}
    assert set(defined) == known
    assert {id(getattr(registry, name)) for name in known - {"TABLE"}} == {
        id(one) for one in registry.FORMATS
    }
