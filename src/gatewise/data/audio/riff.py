"""The chunks of a WAV file, where decoders pass over what is wrong."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

from gatewise.errors import ReadError

__all__ = ["check_riff"]

# Written by programs that did not know the length when they began; readers take what is there.
UNKNOWN_LENGTH = 0x7FFFF000


def check_riff(file: BinaryIO, path: Path) -> None:
    """Refuse a WAV file that is empty, cut off or has two rates; files of other kinds pass.

    libsndfile reads the first two as a shorter recording, and the last at whichever rate comes last.
    """
    size = os.fstat(file.fileno()).st_size
    if not size:
        raise ReadError(f"{path}: the file is empty (0 bytes); record it again or remove it")
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return
    rate: int | None = None
    while len(chunk := file.read(8)) == 8:
        name, length = struct.unpack("<4sI", chunk)
        begin = file.tell()
        if name == b"fmt ":
            form = file.read(8)
            found = struct.unpack("<I", form[4:])[0] if len(form) == 8 else None
            if None not in (rate, found) and found != rate:
                raise ReadError(
                    f"{path}: byte {begin}: has two rates, {rate} and {found} samples per second; "
                    "expected one; save it again at one rate"
                )
            rate = rate or found
        if name == b"data":
            if length < UNKNOWN_LENGTH and begin + length > size:
                raise ReadError(
                    f"{path}: is cut off: its header says {length:,} bytes of sound, {size - begin:,} are "
                    "there; copy it again or remove it"
                )
            return
        file.seek(begin + length + length % 2)
