"""Text files, and folders of them, to one long text."""

from __future__ import annotations

from pathlib import Path

from gatewise.data.corpus import Corpus
from gatewise.data.readers.formats.registry import format_of
from gatewise.data.readers.formats.sample import SAMPLE
from gatewise.data.readers.formats.text import ENDINGS, read_corpus
from gatewise.data.readers.table.frames import Source
from gatewise.errors import ReadError

__all__ = ["read_text"]


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
    return read_corpus(Path(source))
