"""Text files: one long text, one text on each line, or one in each file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gatewise.data.corpus import Corpus
from gatewise.data.readers.formats.form import TEXT, form_of, path_of, text_files
from gatewise.data.readers.table.frames import Source
from gatewise.data.readers.table.textfile import check_text, damaged, ending_of, numbered_lines, text_of
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ReadError

__all__ = ["read_lines", "read_text", "read_text_folders"]


def read_text(source: Source) -> Corpus:
    """Read one long text, to learn a language from it.

    Parameters
    ----------
    source : path
        A UTF-8 text file (``.txt``, ``.md``, also ``.gz``), with or without a byte order mark, or a folder: its text
        files, those of sub-folders too, in the order of their names, each beginning on a new line.

    Returns
    -------
    Corpus
        Lines end in ``\\n``, whatever they ended in; a note says so.

    Raises
    ------
    ReadError
        It is no text file, not UTF-8 (the message names byte and line), or holds white space alone.
    """
    if not isinstance(source, str | Path) or form_of(source) == "sample":
        found = str(source) if isinstance(source, str) else f"a source of type {type(source).__name__}"
        raise ReadError(
            f"{found}: holds no long text; expected a text file or a folder of them ({', '.join(TEXT)})"
        )
    path = path_of(source)
    if not path.is_dir():
        _check_ending(path)
        text, notes = _read(path)
        return Corpus(text, str(source), tuple(notes))
    files = text_files(path)
    if not files:
        raise ReadError(f"{path}: holds no text files; expected some that end in {', '.join(TEXT)}")
    parts, notes = [], [f"{counted(len(files), 'text')} in the order of their names"]
    for file in files:
        text, about = _read(file)
        parts += [text, "" if text.endswith("\n") else "\n"]
        notes += [f"{file}: {note}" for note in about]
    return Corpus("".join(parts), str(source), tuple(notes))


def read_lines(path: Path) -> SequenceSet:
    """The lines of a text file as texts, named by their numbers; blank ones are left out, with a note."""
    if path.is_dir():
        raise ReadError(f"{path}: is a folder of texts; expected one file with a text on each line")
    check_text(path, "one text on each line")
    kept = [(number, line) for number, line in numbered_lines(path)]
    texts = [(number, line.strip()) for number, line in kept if line.strip()]
    if not texts:
        raise ReadError(f"{path}: holds white space alone; expected one text on each line")
    blank = len(kept) - len(texts)
    return SequenceSet(
        [text for _, text in texts],
        ids=np.array([str(number) for number, _ in texts]),
        source=str(path),
        notes=(f"{counted(blank, 'blank line')} left out",) if blank else (),
    )


def read_text_folders(folder: Path) -> SequenceSet:
    """Texts that stand in a sub-folder for each label, one in each file, such as IMDb's ``pos`` and ``neg``.

    Raises
    ------
    ReadError
        There are fewer than two such sub-folders, or texts elsewhere.
    """
    files = text_files(folder)
    labels = [file.relative_to(folder).parts[:-1] for file in files]
    if len({*labels}) < 2 or any(len(label) != 1 for label in labels):
        raise ReadError(
            f"{folder}: cannot tell the labels of its texts; expected one sub-folder of texts for each label"
        )
    read = [_read(file) for file in files]
    return SequenceSet(
        [text for text, _ in read],
        np.array([label for (label,) in labels]),
        task="classification",
        ids=np.array([file.relative_to(folder).as_posix() for file in files]),
        source=str(folder),
        notes=("labels from sub-folders",),
    )


def _check_ending(path: Path) -> None:
    """Refuse a file that is no text by its name."""
    if path.exists() and ending_of(path) not in TEXT:
        raise ReadError(
            f"{path}: the ending {path.suffix!r} is not that of a text; expected one of {', '.join(TEXT)}"
        )


def _read(path: Path) -> tuple[str, list[str]]:
    check_text(path, "text")
    with damaged(path), text_of(path, newline=None) as file:
        text = file.read()
        ends = file.newlines
    if not text.strip():
        raise ReadError(f"{path}: holds white space alone; expected text")
    return text, [] if ends in (None, "\n") else ["ends of lines other than \\n read as \\n"]
