"""Lines of fastText: ``__label__good a fine film``."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gatewise.data.readers.formats.base import Format, TaskGuess
from gatewise.data.readers.formats.words import words_of
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.textfile import check_text, ending_of, head_of, numbered_lines
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ReadError

__all__ = ["FASTTEXT"]

PREFIX = "__label__"
ENDINGS = (".txt", ".csv", ".tsv", ".train", ".test", ".valid", ".ft", ".fasttext")


def _read(path: Path, options: ReadOptions, *, labelled: bool) -> SequenceSet:
    options.refuse("id", "time", "group", "impute", "channels", "target", "axes", what="lines of fastText")
    encoding = options.writing.encoding
    check_text(path, f"lines that begin with {PREFIX}", binary=bool(encoding))
    texts: list[str] = []
    labels: list[str] = []
    numbers: list[str] = []
    for number, line in numbered_lines(path, encoding):
        words = line.split()
        if not words:
            continue
        of_line = [word for word in words if word.startswith(PREFIX)]
        text = " ".join(word for word in words if not word.startswith(PREFIX))
        if labelled and len(of_line) != 1:
            raise ReadError(
                f"{path}: line {number} has {counted(len(of_line), 'label')}; expected one ({PREFIX}NAME); keep the "
                "one that is to be learned"
            )
        if not text:
            raise ReadError(f"{path}: line {number} has no text beside its label; remove the line")
        texts.append(text)
        labels += [word.removeprefix(PREFIX) for word in of_line[:1]]
        numbers.append(str(number))
    if not texts:
        raise ReadError(f"{path}: holds white space alone; expected lines that begin with {PREFIX}")
    return SequenceSet(
        [words_of(text) for text in texts] if options.tokens else texts,
        np.array(labels) if labelled else None,
        task="classification" if labelled else None,
        ids=np.array(numbers),
        source=str(path),
        notes=(f"labels from {PREFIX}",) if labelled else (),
    )


def _recognises(path: Path) -> bool:
    if ending_of(path) not in ENDINGS or not path.is_file():
        return False
    lines = [line for line in head_of(path) if line.strip()]
    # A line without a label among them is a mistake, which reading names; it does not make the file a text.
    labelled = [line.lstrip().startswith(PREFIX) for line in lines]
    return bool(lines) and labelled[0] and 2 * sum(labelled) > len(labelled)


FASTTEXT = Format(
    holds="a text and its label on each line",
    readers={
        "classification": lambda path, options: _read(path, options, labelled=True),
        None: lambda path, options: _read(path, options, labelled=False),
    },
    guess=lambda *_: TaskGuess("classification", f"each line begins with its label ({PREFIX})"),
    recognises=_recognises,
)
