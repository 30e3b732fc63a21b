"""One token on each line with its tags in columns: CoNLL, BIO and CoNLL-U files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from sys import intern

from gatewise.data.readers.table.textfile import check_text, numbered_lines
from gatewise.data.readers.wording import counted
from gatewise.errors import ConfigurationError, ReadError

__all__ = ["Sentences", "read_conll", "read_conllu"]

# Columns of CoNLL-U, universaldependencies.org/format.html
CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
# Such as "# id 5f1c domain=en" and "# text = …"; any other line may be that of a token "#".
REMARK = re.compile(r"#\s+(id\b|[\w.:]+\s*=)")
WORD = re.compile(r"\d+")
# Words that are spelled as one, and words that are not spelled at all.
SKIPPED = re.compile(r"\d+-\d+|\d+\.\d+")
NOTHING = "expected one token on each line and a blank line between sentences"


@dataclass(frozen=True)
class Sentences:
    """Tokens and tags of each sentence, and the names of their columns; no tags where none were asked for."""

    tokens: list[list[str]]
    tags: list[list[str]]
    columns: tuple[str, str]


@dataclass(frozen=True)
class _Shape:
    """How the lines of a file are split: at tabs or white space, into how many columns, named or not."""

    tabs: bool
    width: int
    names: tuple[str, ...]
    first_line: int

    def split(self, line: str) -> list[str]:
        """The columns of a line; white space alone is blank and tab, for a token may hold any other."""
        if self.tabs:
            return line.split("\t")
        # The plain split is ten times as fast, but breaks a token at a no-break space.
        return line.split() if line.isascii() else re.split(r"[ \t]+", line.strip(" \t"))


def read_conll(
    path: Path, *, target: str | None = None, token: str | None = None, labelled: bool = True
) -> Sentences:
    """Read a file with one token on each line, and a blank line between sentences.

    Columns stand between tabs, or between white space where the first line has no tab. Lines ``-DOCSTART-`` and
    remarks (``# id …``, ``# key = …``) are skipped.

    Parameters
    ----------
    path : Path
    target, token : str, optional
        Columns by number, counted from 1, or by a name in the first line: the last and the first by default.
    labelled : bool
        Whether tags are wanted.

    Raises
    ------
    ReadError
        A line has another number of columns than the first, or an empty token or tag; its number is named.
    """
    check_text(path, NOTHING.removeprefix("expected "))
    shape = _shape(path, [name for name in (target, token) if name])
    token_column = _column(path, shape, "channels", token, 1)
    tag_column = _column(path, shape, "target", target, shape.width) if labelled else None
    if tag_column == token_column:
        raise ReadError(
            f"{path}: line {shape.first_line} has {counted(shape.width, 'column')}; expected a token and its tag"
        )
    found = Sentences([], [], (_name(shape, token_column), _name(shape, tag_column)))
    tokens: list[str] = []
    tags: list[str] = []
    for line, cells in _rows(path, shape):
        if cells:
            tokens.append(_cell(path, line, cells, token_column, "token"))
            if tag_column is not None:
                tags.append(_cell(path, line, cells, tag_column, "tag"))
        else:
            tokens, tags = _finish(found, tokens, tags)
    _finish(found, tokens, tags)
    if not found.tokens:
        raise ReadError(f"{path}: holds no sentence; {NOTHING}")
    return found


def read_conllu(path: Path, *, target: str | None = None, labelled: bool = True) -> Sentences:
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
    if name not in CONLLU[2:]:
        raise ConfigurationError(
            f"--target {target}: CoNLL-U has no such column of tags; expected one of {', '.join(CONLLU[2:])}"
        )
    check_text(path, "sentences in CoNLL-U")
    column = CONLLU.index(name)
    found = Sentences([], [], ("form", name if labelled else ""))
    tokens: list[str] = []
    tags: list[str] = []
    for line, text in numbered_lines(path):
        if not text.strip():
            tokens, tags = _finish(found, tokens, tags)
            continue
        if text.startswith("#"):
            continue
        cells = text.split("\t")
        if len(cells) != len(CONLLU):
            raise ReadError(
                f"{path}: line {line} has {counted(len(cells), 'column')}; expected {len(CONLLU)}, separated by tabs"
            )
        if SKIPPED.fullmatch(cells[0]):
            continue
        if not WORD.fullmatch(cells[0]):
            raise ReadError(f"{path}: line {line}: expected the number of a word, found {cells[0][:40]!r}")
        tokens.append(_cell(path, line, cells, 1, "token"))
        if labelled:
            tags.append(_cell(path, line, cells, column, "tag"))
    _finish(found, tokens, tags)
    if not found.tokens:
        raise ReadError(f"{path}: holds no sentence; expected lines of 10 columns, separated by tabs")
    if labelled and all(tag == "_" for sentence in found.tags for tag in sentence):
        raise ReadError(
            f"{path}: column {name} is not annotated (_ everywhere); name another one with --target"
        )
    return found


def _finish(found: Sentences, tokens: list[str], tags: list[str]) -> tuple[list[str], list[str]]:
    """Close a sentence, unless it is empty; returns the lists for the next one."""
    if not tokens:
        return tokens, tags
    found.tokens.append(tokens)
    if tags:
        found.tags.append(tags)
    return [], []


def _rows(path: Path, shape: _Shape) -> Iterator[tuple[int, list[str]]]:
    """The columns of each line of a token, and an empty list for what ends a sentence."""
    for line, text in numbered_lines(path):
        if line < shape.first_line:
            continue
        if not text.strip() or text.startswith("-DOCSTART-"):
            yield line, []
            continue
        if text.startswith("#") and REMARK.match(text):
            continue
        cells = shape.split(text)
        if len(cells) == shape.width:
            yield line, cells
        elif not text.startswith("#"):
            raise ReadError(
                f"{path}: line {line} has {counted(len(cells), 'column')}; expected {shape.width} as in line "
                f"{shape.first_line}"
            )


def _shape(path: Path, wanted: list[str]) -> _Shape:
    """How lines are split, from the first that holds a token for sure; it holds names if some are wanted."""
    first = next(
        (
            (line, text)
            for line, text in numbered_lines(path)
            if text.strip() and not text.startswith("-DOCSTART-") and not text.startswith("#")
        ),
        None,
    )
    if first is None:
        raise ReadError(f"{path}: holds no sentence; {NOTHING}")
    line, text = first
    shape = _Shape("\t" in text.strip("\t "), 0, (), line)
    cells = shape.split(text)
    named = any(not name.isdigit() and name in cells for name in wanted)
    return _Shape(shape.tabs, len(cells), tuple(cells) if named else (), line + named)


def _column(path: Path, shape: _Shape, option: str, wanted: str | None, default: int) -> int:
    """The place of a column, counted from 0."""
    if wanted is None:
        return default - 1
    if wanted in shape.names:
        return shape.names.index(wanted)
    if wanted.isdigit() and 1 <= int(wanted) <= shape.width:
        return int(wanted) - 1
    raise ReadError(
        f"{path}: has no column {wanted!r} for --{option}; expected a number from 1 to {shape.width}, or a name in the "
        "first line"
    )


def _name(shape: _Shape, column: int | None) -> str:
    if column is None:
        return ""
    return shape.names[column] if shape.names else str(column + 1)


def _cell(path: Path, line: int, cells: list[str], column: int, what: str) -> str:
    text = cells[column].strip(" ")
    if not text:
        raise ReadError(f"{path}: line {line}: the {what} in column {column + 1} is empty")
    # The same few words come again and again.
    return intern(text)
