"""The record that describes a format of files, folders or tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.parts import training_file
from gatewise.data.readers.table.textfile import ending_of
from gatewise.data.sequences import SequenceSet
from gatewise.data.tasks import SequenceTask, Task

__all__ = ["Format", "Reader", "TaskGuess", "such_a_file"]

# From a path to what it holds; from a path or a frame where the format is that of tables.
Reader: TypeAlias = Callable[[Any, ReadOptions], SequenceSet]


class TaskGuess(NamedTuple):
    """A task, and why it was taken."""

    task: Task
    reason: str


@dataclass(frozen=True)
class Format:
    """One way in which sequences are written.

    Attributes
    ----------
    holds : str
        Its content, named in the error where the format does not serve a task: ``"a label for each token"``.
    readers : dict
        From each task that the format serves to a function of path and options; the first is the one it is made for.
        That of ``None`` reads sequences without looking for labels; without it they are read and dropped.
    guess : callable
        From path and options to the task, and why.
    endings : tuple of str
        Endings of its files in small letters, without ``.gz``.
    recognises : callable
        From a path to True if the head of the file or the content of the folder is of this format, whatever its ending.
    folder : str
        The content of such a folder, for the error about one that holds nothing; empty if the format is of files.
    has_pattern : bool
        True if names of its files may follow a pattern.
    takes_frames : bool
        True if its functions get sources as they were given, frames among them, rather than as paths.
    """

    holds: str
    readers: Mapping[SequenceTask | None, Reader]
    guess: Callable[[Any, ReadOptions], TaskGuess]
    endings: tuple[str, ...] = ()
    recognises: Callable[[Path], bool] = lambda _: False
    folder: str = ""
    has_pattern: bool = False
    takes_frames: bool = False

    def fits(self, path: Path) -> bool:
        """Return whether a file or folder is of this format."""
        return (ending_of(path) in self.endings and not path.is_dir()) or self.recognises(path)

    def place(self, source: Any) -> Any:
        """Return a source as the functions of the format take it; of a folder of parts, the one for training."""
        return source if self.takes_frames else training_file(Path(str(source)))


def such_a_file(path: Path, endings: tuple[str, ...]) -> str:
    """Name a file by its ending, or as one of the lines that it was told by: ``"a .conll file"``."""
    ending = ending_of(path)
    return f"a {ending} file" if ending in endings else f"{path.name} by its lines"
