"""The layout of SNIPS and ATIS: a folder with ``seq.in``, ``seq.out`` and ``label``, line by line."""

from __future__ import annotations

from pathlib import Path
from sys import intern

import numpy as np

from gatewise.data.arrays import Texts
from gatewise.data.readers.formats.base import Format, TaskGuess
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.textfile import check_text, numbered_lines
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ReadError
from gatewise.spelling import spelled_task

__all__ = ["SNIPS"]

TOKENS, TAGS, LABELS = "seq.in", "seq.out", "label"


def _tokens(folder: Path) -> list[list[str]]:
    """Return the tokens of each line of ``seq.in``.

    Raises
    ------
    ReadError
        A line is empty.
    """
    tokens = _split_lines(folder / TOKENS)
    empty = next((line for line, row in enumerate(tokens, 1) if not row), None)
    if empty is not None:
        raise ReadError(f"{folder / TOKENS}: line {empty} is empty; expected a sentence")
    return tokens


def _tags(folder: Path, tokens: list[list[str]]) -> list[list[str]]:
    """Return the tags of each token, from ``seq.out``.

    Raises
    ------
    ReadError
        There are more or fewer lines, or tags in a line, than in ``seq.in``.
    """
    path = folder / TAGS
    tags = _split_lines(path)
    _check_count(path, len(tags), len(tokens))
    for line, (row, words) in enumerate(zip(tags, tokens, strict=True), 1):
        if len(row) != len(words):
            raise ReadError(
                f"{path}: line {line} has {counted(len(row), 'tag')}; expected {len(words)}, "
                f"one for each token of {TOKENS}"
            )
    return tags


def _labels(folder: Path, tokens: list[list[str]]) -> Texts | None:
    """Return the label of each sentence, from ``label``; ``None`` if there is no such file."""
    path = folder / LABELS
    if not path.is_file():
        return None
    labels = _split_lines(path)
    _check_count(path, len(labels), len(tokens))
    empty = next((line for line, row in enumerate(labels, 1) if not row), None)
    if empty is not None:
        raise ReadError(f"{path}: line {empty} is empty; expected a label")
    return np.array([" ".join(row) for row in labels])


def _split_lines(path: Path) -> list[list[str]]:
    """Return the words between blanks and tabs of each line, without blank lines at the end."""
    check_text(path, "one sentence on each line")
    rows = [
        [intern(word) for word in line.replace("\t", " ").split(" ") if word]
        for _, line in numbered_lines(path)
    ]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _check_count(path: Path, found: int, expected: int) -> None:
    if found != expected:
        raise ReadError(f"{path}: has {counted(found, 'line')}; expected {expected:,}, as many as {TOKENS}")


def _tagged(folder: Path, options: ReadOptions) -> SequenceSet:
    options.refuse(
        "id", "time", "group", "impute", "channels", "target", what=f"a folder of {TOKENS} and {TAGS}"
    )
    tokens = _tokens(folder)
    return SequenceSet(
        tokens,
        _tags(folder, tokens),
        task="tagging",
        sentence_labels=_labels(folder, tokens),
        source=str(folder),
    )


def _labelled(folder: Path, _: ReadOptions) -> SequenceSet:
    tokens = _tokens(folder)
    intents = _labels(folder, tokens)
    if intents is None:
        raise ReadError(
            f"{folder}: has no file {LABELS} with a line for each of {TOKENS}; use it with {spelled_task('tagging')}"
        )
    return SequenceSet([" ".join(row) for row in tokens], intents, task="classification", source=str(folder))


def _unlabelled(folder: Path, options: ReadOptions) -> SequenceSet:
    tokens = _tokens(folder)
    return SequenceSet(tokens if options.tokens else [" ".join(row) for row in tokens], source=str(folder))


def _recognises(path: Path) -> bool:
    """Return whether a folder holds tokens; one that holds several such folders is refused."""
    if not path.is_dir() or (path / TOKENS).is_file():
        return path.is_dir()
    parts = sorted(one.name for one in path.iterdir() if (one / TOKENS).is_file())
    if parts:
        raise ReadError(
            f"{path}: holds {counted(len(parts), 'data set')} ({', '.join(parts)}); name one of them, "
            f"such as {path / ('train' if 'train' in parts else parts[0])}"
        )
    return False


SNIPS = Format(
    holds="a label for each token",
    readers={"tagging": _tagged, "classification": _labelled, None: _unlabelled},
    guess=lambda *_: TaskGuess("tagging", f"{TOKENS} and {TAGS} hold a label for each token"),
    recognises=_recognises,
    folder=f"{TOKENS} and {TAGS}",
)
