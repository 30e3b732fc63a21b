"""Files of text, line by line; says what is wrong with one of them in one line."""

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
from gatewise.spelling import spelled

__all__ = [
    "DAMAGED",
    "check_encoding",
    "check_text",
    "damaged",
    "encoding_of",
    "ending_of",
    "head_of",
    "numbered_lines",
    "text_of",
]

# Beginnings of files that are often given the wrong ending.
MAGIC = {
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "an Excel or zip file",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"RIFF": "a WAV file",
    b"fLaC": "a FLAC file",
}
# Marks that say how text is encoded; without one it is UTF-8. The longer ones begin as others do.
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What files of Windows and of the web before UTF-8 are; the second has a character for every byte.
OTHER_ENCODINGS = ("cp1252", "latin-1")
# By which a file is told.
BYTES = 1 << 20
DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)


def ending_of(path: Path) -> str:
    """Return the ending of a file's name in small letters, without ``.gz``."""
    return Path(path.stem).suffix.lower() if path.suffix == ".gz" else path.suffix.lower()


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file that its first bytes say: UTF-8 without a mark."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        head = file.read(4)
    return next((encoding for mark, encoding in MARKS.items() if head.startswith(mark)), "utf-8-sig")


def check_text(path: Path, expected: str, *, binary: bool = False) -> None:
    """Refuse a file that is missing, empty, not readable, or of another kind than its ending says.

    ``expected`` says what an empty file lacks; ``binary`` files may begin with anything.
    """
    if not path.exists():
        # Such as the text itself, in the place of its file.
        text = " " in path.name and not path.suffix.strip(". ")
        hint = "; a text is given in a list of texts, or as a line of a .txt file" if text else ""
        raise ReadError(f"{path}: no such file; check the path{hint}")
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
    if any(head.startswith(mark) for mark in MARKS):
        return
    if kind or b"\0" in head:
        promise = f", as its ending {path.suffix} says" if path.suffix else ""
        raise ReadError(f"{path}: is {kind or 'binary data'}; expected UTF-8 text{promise}")


@contextmanager
def text_of(path: Path, newline: str | None = "", encoding: str | None = None) -> Iterator[TextIO]:
    """An open text file without its byte order mark, unpacked if its name ends in ``.gz``.

    ``newline`` is that of :func:`open`: as they are by default, or ``None`` for all ends of lines as ``\\n``.
    """
    encoding = encoding or encoding_of(path)
    with (
        gzip.open(path, "rt", encoding=encoding, newline=newline)
        if path.suffix == ".gz"
        else path.open(encoding=encoding, newline=newline) as file
    ):
        yield file


@contextmanager
def damaged(path: Path, encoding: str = "utf-8-sig", *, table: bool = False) -> Iterator[None]:
    """Turn what reading a damaged file raises into one line."""
    try:
        yield
    except UnicodeError:
        check_encoding(path, encoding, table=table)
        raise
    except DAMAGED:
        raise ReadError(f"{path}: is a damaged gzip file; make it again") from None


def numbered_lines(path: Path, named: str | None = None) -> Iterator[tuple[int, str]]:
    """Lines without their ends, numbered from 1 as an editor does; one at a time is in memory.

    ``named`` is the encoding that the user named, empty for none; ``None`` where there is no option to name it.
    """
    with damaged(path):
        encoding = named or encoding_of(path)
    with (
        damaged(path, encoding, table=named is not None),
        text_of(path, newline=None, encoding=encoding) as file,
    ):
        for number, line in enumerate(file, 1):
            yield number, line.rstrip("\n")


def head_of(path: Path, count: int = 1000) -> list[str]:
    """The first lines of a text file without their ends, to tell what it is; none where it cannot be read."""
    try:
        encoding = encoding_of(path)
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            head = file.read(BYTES)
    except (OSError, *DAMAGED):
        return []
    # Bytes that do not fit are named when all is read.
    lines = head.decode(encoding, "replace").splitlines()
    return lines[:count] if len(head) < BYTES else lines[:-1][:count]


def check_encoding(path: Path, encoding: str = "utf-8-sig", *, table: bool = False) -> None:
    """Name the first byte that is not UTF-8, and its line; of another encoding the reason alone.

    A ``table`` may be read in an encoding that is named: the error suggests one that has these characters.
    """
    if encoding not in ("utf-8", "utf-8-sig"):
        _check_whole(path, encoding)
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        # After the last line nothing comes that could complete a character.
        for row in chain(file, [b""]):
            try:
                decoder.decode(row, final=not row)
            except UnicodeDecodeError as error:
                byte = error.object[error.start]
                usual = next((one for one in OTHER_ENCODINGS if _decodes(row, one)), OTHER_ENCODINGS[-1])
                other = f", or name its encoding, such as {spelled('encoding', usual)}" if table else ""
                raise ReadError(
                    f"{path}: line {line} holds the byte 0x{byte:02X}; expected UTF-8; save the file as UTF-8{other}"
                ).suggesting(**({"encoding": usual} if table else {})) from None
            line += row.endswith(b"\n")


def _check_whole(path: Path, encoding: str) -> None:
    try:
        with text_of(path, encoding=encoding) as file:
            for _ in file:
                pass
    except UnicodeError as error:
        reason = getattr(error, "reason", str(error))
        raise ReadError(f"{path}: is not text in {encoding} ({reason}); save the file as UTF-8") from None


def _decodes(row: bytes, encoding: str) -> bool:
    try:
        row.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
