"""CoNLL-U, the format of Universal Dependencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gatewise.data.readers.formats.base import Format, TaskGuess, such_a_file
from gatewise.data.readers.formats.sentences import Sentences
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.textfile import check_text, ending_of, head_of, numbered_lines
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ConfigurationError, ReadError
from gatewise.spelling import spelled

__all__ = ["CONLLU"]

# Columns of CoNLL-U, universaldependencies.org/format.html
COLUMNS = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
WORD = re.compile(r"\d+")
# Words that are spelled as one, and words that are not spelled at all.
SKIPPED = re.compile(r"\d+-\d+|\d+\.\d+")
NUMBER = re.compile(r"\d+([-.]\d+)?")
ENDINGS = (".conllu", ".conllx")
# What such files are called besides.
OTHER_ENDINGS = (".conll", ".txt", ".tsv")


def _read(path: Path, *, target: str | None = None, labelled: bool = True, encoding: str = "") -> Sentences:
    """Read a CoNLL-U file of Universal Dependencies.

    Words are taken as the treebank counts them: lines of ranges (``1-2``) and of empty nodes (``1.1``) are skipped,
    and so are remarks.

    Parameters
    ----------
    path : Path
    target : {"upos", "xpos", "lemma", "deprel", "feats", …}, optional
        The column of the tags, ``upos`` by default.
    labelled : bool
        Whether tags are wanted.

    Raises
    ------
    ReadError
        A line has not 10 columns, or the column is not annotated; its number is named.
    ConfigurationError
        There is no such column.
    """
    name = (target or "upos").lower()
    if name not in COLUMNS[2:]:
        raise ConfigurationError(
            f"{spelled('target', target)}: CoNLL-U has no such column of tags; expected one of {', '.join(COLUMNS[2:])}"
        )
    check_text(path, "sentences in CoNLL-U", binary=bool(encoding))
    found = Sentences(("form", name if labelled else ""))
    found.gather(path, _rows(path, encoding), 1, COLUMNS.index(name) if labelled else None)
    if not found.tokens:
        raise ReadError(f"{path}: holds no sentence; expected lines of 10 columns, separated by tabs")
    if labelled and all(tag == "_" for sentence in found.tags for tag in sentence):
        raise ReadError(
            f"{path}: column {name} is not annotated (_ everywhere); name another one with {spelled('target')}"
        )
    return found


def _rows(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """The columns of each line of a word, and an empty list for what ends a sentence."""
    for line, text in numbered_lines(path, encoding):
        if not text.strip():
            yield line, []
            continue
        if text.startswith("#"):
            continue
        cells = text.split("\t")
        if len(cells) != len(COLUMNS):
            raise ReadError(
                f"{path}: line {line} has {counted(len(cells), 'column')}; expected {len(COLUMNS)}, separated by tabs"
            )
        if WORD.fullmatch(cells[0]):
            yield line, cells
        elif not SKIPPED.fullmatch(cells[0]):
            raise ReadError(f"{path}: line {line}: expected the number of a word, found {cells[0][:40]!r}")


def _tagged(path: Path, options: ReadOptions) -> SequenceSet:
    options.refuse("id", "time", "group", "impute", "channels", what="a CoNLL-U file")
    columns = options.columns
    found = _read(path, target=columns.target or None, encoding=options.writing.encoding)
    return found.as_set(path, columns)


def _unlabelled(path: Path, options: ReadOptions) -> SequenceSet:
    found = _read(path, labelled=False, encoding=options.writing.encoding)
    return SequenceSet(found.tokens, source=str(path))


def _recognises(path: Path) -> bool:
    """Return whether a file that is called otherwise begins with words that are numbered, in ten columns."""
    if ending_of(path) not in OTHER_ENDINGS or not path.is_file():
        return False
    rows = [line.split("\t") for line in head_of(path) if line.strip() and not line.startswith("#")]
    return bool(rows) and all(len(row) == len(COLUMNS) and NUMBER.fullmatch(row[0]) for row in rows)


CONLLU = Format(
    holds="a label for each token",
    readers={"tagging": _tagged, None: _unlabelled},
    guess=lambda path, _: TaskGuess("tagging", f"{such_a_file(path, ENDINGS)} holds a label for each token"),
    endings=ENDINGS,
    recognises=_recognises,
)
