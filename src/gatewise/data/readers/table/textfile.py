"""Files of UTF-8 text, line by line; says what is wrong with one of them in one line."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TextIO

from gatewise.errors import ReadError

__all__ = ["check_encoding", "check_text", "damaged", "ending_of", "numbered_lines", "text_of"]

# Beginnings of files that are often given the wrong ending.
MAGIC = {
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "an Excel or zip file",
    b"\x1f\x8b": "a gzip file",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"RIFF": "a WAV file",
    b"fLaC": "a FLAC file",
}
DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)


def ending_of(path: Path) -> str:
    """Return the ending of a file's name in small letters, without ``.gz``."""
    return Path(path.stem).suffix.lower() if path.suffix == ".gz" else path.suffix.lower()


def check_text(path: Path, expected: str, *, binary: bool = False) -> None:
    """Refuse a file that is missing, empty, not readable, or of another kind than its ending says.

    ``expected`` says what an empty file lacks; ``binary`` files may begin with anything.
    """
    if not path.exists():
        raise ReadError(f"{path}: no such file; check the path")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise ReadError(f"{path}: cannot be opened ({error.strerror}); check its permissions") from None
    if not head:
        raise ReadError(f"{path}: is empty; expected {expected}")
    if binary:
        return
    if path.suffix == ".gz":
        if not head.startswith(b"\x1f\x8b"):
            raise ReadError(f"{path}: is not a gzip file; rename it to {path.stem}")
        return
    kind = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)
    if kind or b"\0" in head:
        promise = f", as its ending {path.suffix} says" if path.suffix else ""
        raise ReadError(f"{path}: is {kind or 'binary data'}; expected UTF-8 text{promise}")


@contextmanager
def text_of(path: Path, newline: str | None = "") -> Iterator[TextIO]:
    """An open text file without its byte order mark, unpacked if its name ends in ``.gz``.

    ``newline`` is that of :func:`open`: as they are by default, or ``None`` for all ends of lines as ``\\n``.
    """
    with (
        gzip.open(path, "rt", encoding="utf-8-sig", newline=newline)
        if path.suffix == ".gz"
        else path.open(encoding="utf-8-sig", newline=newline) as file
    ):
        yield file


@contextmanager
def damaged(path: Path) -> Iterator[None]:
    """Turn what reading a damaged file raises into one line."""
    try:
        yield
    except UnicodeDecodeError:
        check_encoding(path)
        raise
    except DAMAGED:
        raise ReadError(f"{path}: is a damaged gzip file; make it again") from None


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines without their ends, numbered from 1 as an editor does; one at a time is in memory."""
    with damaged(path), text_of(path, newline=None) as file:
        for number, line in enumerate(file, 1):
            yield number, line.rstrip("\n")


def check_encoding(path: Path) -> None:
    """Name the first byte that is not UTF-8, and its line."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        # After the last line nothing comes that could complete a character.
        for row in chain(file, [b""]):
            try:
                decoder.decode(row, final=not row)
            except UnicodeDecodeError as error:
                byte = error.object[error.start]
                raise ReadError(
                    f"{path}: line {line} holds the byte 0x{byte:02X}; expected UTF-8; save the file as UTF-8"
                ) from None
            line += row.endswith(b"\n")
