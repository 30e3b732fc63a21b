"""Data that ship with the package: ``sample:NAME``."""

from __future__ import annotations

from pathlib import Path

from gatewise.data.readers.formats.base import Format, TaskGuess
from gatewise.data.readers.options import ReadOptions
from gatewise.data.samples.registry import PREFIX, sample
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ReadError
from gatewise.spelling import spelled_task

__all__ = ["SAMPLE"]


def _labelled(path: Path, _: ReadOptions) -> SequenceSet:
    found = _shipped(path)
    if found.task != "classification":
        raise ReadError(f"{path}: holds numbers to be estimated; use it with {spelled_task('regression')}")
    return found


def _valued(path: Path, _: ReadOptions) -> SequenceSet:
    found = _shipped(path)
    if found.task != "regression":
        raise ReadError(
            f"{path}: has classes, no numbers to be estimated; use it with {spelled_task('classification')}"
        )
    return found


def _shipped(path: Path, _: ReadOptions | None = None) -> SequenceSet:
    content = sample(str(path)).content
    if isinstance(content, Path):
        raise ReadError(f"{path}: holds series without labels; use it with {spelled_task('forecast')}")
    return content()


SAMPLE = Format(
    holds="one label for each sequence",
    readers={"classification": _labelled, "regression": _valued, None: _shipped},
    guess=lambda path, _: TaskGuess(sample(str(path)).task, f"{path} is made for it"),
    recognises=lambda path: str(path).startswith(PREFIX),
)
