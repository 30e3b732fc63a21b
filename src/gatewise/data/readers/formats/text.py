"""Text files: one long text, one text on each line, or one in each file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from gatewise.data.corpus import Corpus
from gatewise.data.readers.formats.base import Format, TaskGuess
from gatewise.data.readers.formats.conll import tagged
from gatewise.data.readers.formats.words import words_of
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.parts import parts_of_data
from gatewise.data.readers.table.delimited import holds_table
from gatewise.data.readers.table.spaced import holds_spaced
from gatewise.data.readers.table.textfile import check_text, damaged, ending_of, numbered_lines, text_of
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ReadError

__all__ = ["ENDINGS", "TEXT", "read_corpus"]

ENDINGS = (".txt", ".md")
# Those that tables have, too.
TABLES = (".txt",)
# Folders of texts without labels; and the part of the texts that may be lists of addresses, say, above the folders.
UNLABELLED = ("unsup", "unlabeled", "unlabelled")
MOST_LISTS = 0.1


def read_corpus(path: Path) -> Corpus:
    """Return a text file, or those of a folder one after another, as one long text.

    Raises
    ------
    ReadError
        As :func:`~gatewise.data.readers.read_text`.
    """
    if not path.is_dir():
        if path.exists() and ending_of(path) not in ENDINGS:
            raise ReadError(
                f"{path}: the ending {path.suffix!r} is not that of a text; expected one of {', '.join(ENDINGS)}"
            )
        text, notes = _read(path)
        return Corpus(text, str(path), tuple(notes))
    files = _files(path)
    if not files:
        raise ReadError(f"{path}: holds no text files; expected some that end in {', '.join(ENDINGS)}")
    parts, notes = [], [f"{counted(len(files), 'text')} in the order of their names"]
    for file in files:
        text, about = _read(file)
        parts += [text, "" if text.endswith("\n") else "\n"]
        notes += [f"{file}: {note}" for note in about]
    return Corpus("".join(parts), str(path), tuple(notes))


def _lines(path: Path, options: ReadOptions) -> SequenceSet:
    """Return the lines of a file as texts, named by their numbers; blank ones are left out, with a note."""
    if path.is_dir():
        raise ReadError(f"{path}: is a folder of texts; expected one file with a text on each line")
    check_text(path, "one text on each line")
    kept = [(number, line) for number, line in numbered_lines(path)]
    texts = [(number, line.strip()) for number, line in kept if line.strip()]
    if not texts:
        raise ReadError(f"{path}: holds white space alone; expected one text on each line")
    blank = len(kept) - len(texts)
    return SequenceSet(
        [words_of(text) for _, text in texts] if options.tokens else [text for _, text in texts],
        ids=np.array([str(number) for number, _ in texts]),
        source=str(path),
        notes=(f"{counted(blank, 'blank line')} left out",) if blank else (),
    )


def _labelled(folder: Path, options: ReadOptions) -> SequenceSet:
    """Return texts that stand in a sub-folder for each label, one in each file, such as IMDb's ``pos`` and ``neg``.

    Raises
    ------
    ReadError
        It is one file, there are fewer than two such sub-folders, or texts elsewhere.
    """
    if not folder.is_dir():
        raise ReadError(
            f"{folder}: holds text without labels; expected a table with a text and its label in each row "
            "(.csv, .tsv, .parquet, .jsonl)"
        )
    files = _files(folder)
    parts = parts_of_data({file.relative_to(folder).parts[0] for file in files})
    if parts and (folder / parts[0]).is_dir():
        found = _labelled(folder / parts[0], options)
        return replace(found, notes=(f"{parts[0]} of {', '.join(parts)}, as each is a part", *found.notes))
    files, left_out = _of_labels(folder, files)
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
        notes=("labels from sub-folders", *left_out),
    )


def _of_labels(folder: Path, files: list[Path]) -> tuple[list[Path], list[str]]:
    """Files without those of a folder for texts that have no label (IMDb's unsup), and a few that are in none."""
    of = {file: file.relative_to(folder).parts[:-1] for file in files}
    unknown = [file for file in files if of[file] and of[file][0].lower() in UNLABELLED]
    lists = [file for file in files if not of[file]]
    kept = [file for file in files if file not in {*unknown, *lists}]
    if len({of[file] for file in kept}) < 2 or len(lists) > MOST_LISTS * len(kept):
        return files, []
    notes = (
        [f"{counted(len(unknown), 'text')} of {of[unknown[0]][0]} left out, which is no label"]
        if unknown
        else []
    )
    if lists:
        notes.append(f"in no sub-folder and left out: {', '.join(file.name for file in lists[:3])}")
    return kept, notes


def _read(path: Path) -> tuple[str, list[str]]:
    check_text(path, "text")
    with damaged(path), text_of(path, newline=None) as file:
        text = file.read()
        ends = file.newlines
    if not text.strip():
        raise ReadError(f"{path}: holds white space alone; expected text")
    return text, [] if ends in (None, "\n") else ["ends of lines other than \\n read as \\n"]


def _tagged(path: Path, options: ReadOptions) -> SequenceSet:
    if path.is_dir():
        raise ReadError(f"{path}: is a folder of texts; expected one file with a token on each line")
    return tagged(path, options)


def _files(folder: Path) -> list[Path]:
    """Return the text files of a folder, those of its sub-folders too, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and ending_of(path) in ENDINGS)


def _is_text(path: Path) -> bool:
    """Return whether a file is text by its name and no table by its lines, or a folder has texts in it."""
    if path.is_dir():
        return bool(_files(path))
    return ending_of(path) in ENDINGS and not (
        ending_of(path) in TABLES and (holds_table(path) or holds_spaced(path))
    )


TEXT = Format(
    holds="text",
    readers={"classification": _labelled, "tagging": _tagged, None: _lines},
    guess=lambda *_: TaskGuess("language", "it is text"),
    recognises=_is_text,
    folder=f"texts ({', '.join(ENDINGS)})",
)
