"""One token on each line with its tags in columns: CoNLL and BIO files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from gatewise.data.readers.formats.base import Format, TaskGuess, such_a_file
from gatewise.data.readers.formats.sentences import Sentences
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.textfile import check_text, ending_of, head_of, numbered_lines
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceSet
from gatewise.data.span_schemes import Scheme
from gatewise.errors import ReadError
from gatewise.spelling import spelled

__all__ = ["CONLL", "tagged"]

# Such as "# id 5f1c domain=en" and "# text = …"; any other line may be that of a token "#".
REMARK = re.compile(r"#\s+(id\b|[\w.:]+\s*=)")
# Lines by which a file is told from a table.
HEAD = 1000
ENDINGS = (".conll", ".bio", ".iob", ".iob2", ".bmes", ".bioes", ".iobes")
# What such files are called besides (CoNLL-2003's eng.train and eng.testa), told by their lines.
OTHER_ENDINGS = (
    ".txt",
    ".train",
    ".dev",
    ".test",
    ".testa",
    ".testb",
    ".valid",
    ".ner",
    ".pos",
    ".tags",
    ".data",
)
FEWEST_TOKENS = 2
NOTHING = "expected one token on each line and a blank line between sentences"


@dataclass(frozen=True)
class _Shape:
    """The layout of a file's lines: split at tabs or white space, into ``width`` columns, named or not."""

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


def _read(
    path: Path,
    *,
    target: str | None = None,
    token: str | None = None,
    labelled: bool = True,
    encoding: str = "",
) -> Sentences:
    """Read a file with one token on each line, and a blank line between sentences.

    Columns stand between tabs, or between white space where the first line has no tab. Lines ``-DOCSTART-`` and
    remarks (``# id …``, ``# key = …``) are skipped.

    Parameters
    ----------
    path : Path
    target, token : str, optional
        Columns by number, counted from 1, or by a name in the first line: by default the last, and the first, or the
        second where the first numbers the tokens of each sentence.
    labelled : bool
        Whether tags are wanted.

    Raises
    ------
    ReadError
        A line has another number of columns than the first, or an empty token or tag; its number is named.
    """
    check_text(path, NOTHING.removeprefix("expected "), binary=bool(encoding))
    shape = _shape(path, [name for name in (target, token) if name], encoding)
    token_column = _column(path, shape, "channels", token, 2 if _is_numbered(path, shape, encoding) else 1)
    tag_column = _column(path, shape, "target", target, shape.width) if labelled else None
    if tag_column == token_column:
        raise ReadError(
            f"{path}: line {shape.first_line} has {counted(shape.width, 'column')}; expected a token and its tag"
        )
    found = Sentences((_name(shape, token_column), _name(shape, tag_column)))
    found.gather(path, _rows(path, shape, encoding), token_column, tag_column)
    if not found.tokens:
        raise ReadError(f"{path}: holds no sentence; {NOTHING}")
    return found


def _rows(path: Path, shape: _Shape, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """The columns of each line of a token, and an empty list for what ends a sentence."""
    for line, text in numbered_lines(path, encoding):
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


def _shape(path: Path, wanted: list[str], encoding: str) -> _Shape:
    """Find the layout by the first line that surely holds a token, or names of columns if some are wanted."""
    first = next(
        (
            (line, text)
            for line, text in numbered_lines(path, encoding)
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


def _is_numbered(path: Path, shape: _Shape, encoding: str) -> bool:
    """Return whether the first of several columns counts the tokens of each sentence."""
    if shape.width < 3:
        return False
    expected = 1
    for _, cells in islice(_rows(path, shape, encoding), HEAD):
        if cells and cells[0] not in (str(expected), str(expected - 1)):
            return False
        # Some count from 0.
        expected = int(cells[0]) + 1 if cells else 1
    return True


def _column(path: Path, shape: _Shape, option: str, wanted: str | None, default: int) -> int:
    """The place of a column, counted from 0."""
    if wanted is None:
        return default - 1
    if wanted in shape.names:
        return shape.names.index(wanted)
    if wanted.isdigit() and 1 <= int(wanted) <= shape.width:
        return int(wanted) - 1
    raise ReadError(
        f"{path}: has no column {wanted!r} for {spelled(option)}; expected a number from 1 to "
        f"{shape.width}, or a name in the first line"
    )


def _name(shape: _Shape, column: int | None) -> str:
    if column is None:
        return ""
    return shape.names[column] if shape.names else str(column + 1)


def tagged(path: Path, options: ReadOptions) -> SequenceSet:
    """Return the sentences of a file with their tags."""
    options.refuse("id", "time", "group", "impute", what="a CoNLL file")
    columns = options.columns
    token = columns.channels[0] if columns.channels else None
    found = _read(path, target=columns.target or None, token=token, encoding=options.writing.encoding)
    return found.as_set(path, columns)


def _unlabelled(path: Path, options: ReadOptions) -> SequenceSet:
    channels = options.columns.channels
    token = channels[0] if channels else None
    found = _read(path, token=token, labelled=False, encoding=options.writing.encoding)
    return SequenceSet(found.tokens, source=str(path))


def _recognises(path: Path) -> bool:
    """Return whether a file of text is no table and no prose by its lines."""
    if not path.is_file():
        return False
    ending = ending_of(path)
    if ending == ".tsv":
        return path.suffix != ".gz" and _is_conll_tsv(head_of(path))
    return ending in OTHER_ENDINGS and _marks_spans(head_of(path))


def _is_conll_tsv(lines: list[str]) -> bool:
    """Return whether blank lines part the rows of a ``.tsv`` file, and each of these ends in a word."""
    blank = sum(not line.strip() for line in lines[:-1])
    last = [line.rpartition("\t")[2] for line in lines if line.strip()]
    return blank > 1 and not any(cell[:1].isdigit() for cell in last)


def _marks_spans(lines: list[str]) -> bool:
    """Return whether each line ends in a label of a span, as many columns after the token in each."""
    if lines and lines[0].startswith("-DOCSTART-"):
        return True
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    if len(rows) < FEWEST_TOKENS or len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        return False
    return Scheme.of(row[-1] for row in rows) is not None


CONLL = Format(
    holds="a label for each token",
    readers={"tagging": tagged, None: _unlabelled},
    guess=lambda path, _: TaskGuess("tagging", f"{such_a_file(path, ENDINGS)} holds a label for each token"),
    endings=ENDINGS,
    recognises=_recognises,
)
