"""The layout of SNIPS and ATIS: a folder with ``seq.in``, ``seq.out`` and ``label``, line by line."""

from __future__ import annotations

from pathlib import Path
from sys import intern

import numpy as np
from numpy.typing import NDArray

from gatewise.data.readers.table.textfile import check_text, numbered_lines
from gatewise.data.readers.wording import counted
from gatewise.errors import ReadError

__all__ = ["read_slots", "read_utterances", "read_whole_labels"]

TOKENS, TAGS, LABELS = "seq.in", "seq.out", "label"


def read_utterances(folder: Path) -> list[list[str]]:
    """The tokens of each line of ``seq.in``.

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


def read_slots(folder: Path, tokens: list[list[str]]) -> list[list[str]]:
    """The tags of each token, from ``seq.out``.

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


def read_whole_labels(folder: Path, tokens: list[list[str]]) -> NDArray[np.str_] | None:
    """The label of each sentence, from ``label``; ``None`` if there is no such file."""
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
    """Words between blanks and tabs of each line, without blank lines at the end."""
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
