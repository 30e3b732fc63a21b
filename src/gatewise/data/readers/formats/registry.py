"""The formats that are known."""

from __future__ import annotations

from pathlib import Path

from gatewise.data.readers.formats.array_files import ARRAYS
from gatewise.data.readers.formats.base import Format
from gatewise.data.readers.formats.conll import CONLL
from gatewise.data.readers.formats.conllu import CONLLU
from gatewise.data.readers.formats.fasttext import FASTTEXT
from gatewise.data.readers.formats.recordings import RECORDINGS
from gatewise.data.readers.formats.sample import SAMPLE
from gatewise.data.readers.formats.snips import SNIPS
from gatewise.data.readers.formats.tables import TABLE
from gatewise.data.readers.formats.text import TEXT
from gatewise.data.readers.formats.ts import TS
from gatewise.data.readers.parts import training_file
from gatewise.data.readers.table.frames import Source
from gatewise.errors import ReadError

__all__ = ["FORMATS", "format_of"]

# The first that recognises a path is taken: a folder of recordings may hold a text about them. Frames, and files that
# no format recognises, are tables.
FORMATS: tuple[Format, ...] = (
    SAMPLE,
    SNIPS,
    RECORDINGS,
    CONLLU,
    CONLL,
    FASTTEXT,
    TEXT,
    TS,
    ARRAYS,
)


def format_of(source: Source) -> Format:
    """Return the format of a source, by its name, its head, or by what a folder holds.

    Raises
    ------
    ReadError
        A folder holds nothing that can be read, or several parts of which one must be named.
    """
    if not isinstance(source, str | Path):
        return TABLE
    path = training_file(Path(source))
    found = next((one for one in FORMATS if one.fits(path)), None)
    if found is None and path.is_dir():
        first, *others = [one.folder for one in FORMATS if one.folder]
        raise ReadError(f"{path}: holds nothing that can be read; expected {', '.join(others)}, or {first}")
    return found or TABLE
