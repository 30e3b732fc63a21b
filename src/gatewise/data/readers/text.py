"""Text files, and folders of them, to one long text."""

from __future__ import annotations

from pathlib import Path

from gatewise.data.corpus import Corpus
from gatewise.data.readers.formats.registry import format_of
from gatewise.data.readers.formats.sample import SAMPLE
from gatewise.data.readers.formats.text import ENDINGS, read_corpus
from gatewise.data.readers.parts import training_file
from gatewise.data.readers.table.frames import Source
from gatewise.data.readers.table.textfile import ending_of
from gatewise.errors import ReadError

__all__ = ["read_text", "text_or_file"]

# As file systems have it.
LONGEST_PATH = 255


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
    if not isinstance(source, str | Path) or format_of(source) is SAMPLE:
        found = source if isinstance(source, str) else f"a source of type {type(source).__name__}"
        raise ReadError(
            f"{found}: holds no long text; expected a text file or a folder of them ({', '.join(ENDINGS)})"
        )
    return read_corpus(training_file(Path(source)))


def text_or_file(value: object) -> object:
    """What a path names, read; a text, and anything else, as it is.

    A string is a path if it has the ending of a text file, or is one that is there.

    Raises
    ------
    ReadError
        There is no such file, or it is none of text.
    """
    if isinstance(value, Path) or (isinstance(value, str) and _is_path(value)):
        return read_text(value)
    return value


def _is_path(text: str) -> bool:
    if "\n" in text or len(text) > LONGEST_PATH or "\0" in text:
        return False
    path = Path(text)
    return ending_of(path) in ENDINGS or ("." in text and path.is_file())
