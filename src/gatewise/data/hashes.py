"""Numbers by which the same data are known again: of whole sequences, of stretches of text, of rows of series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Integers
from gatewise.data.audio.waveform import Waveform
from gatewise.data.series import SeriesSet

__all__ = ["STRETCH", "Hashes", "hashes_of_rows", "hashes_of_sequences", "hashes_of_texts"]

Hashes: TypeAlias = NDArray[np.uint64]

# Characters that stand together in two texts only where one was copied from the other.
STRETCH = 64
# Rows of a series up to the one that is known by them; fewer repeat by chance.
ROWS = 8
FACTOR = 0x9E3779B97F4A7C15
# Windows that are hashed at once: what is computed of them stays in the cache.
BLOCK = 2**14


def hashes_of_sequences(sequences: Sequence[Any]) -> Iterator[Hashes]:
    """Yield one hash for each array, text, list of words, or recording, the last by what is in the file."""
    digests = b"".join(blake2b(_content(one), digest_size=8).digest() for one in sequences)
    yield np.frombuffer(digests, "<u8")


def _content(sequence: Any) -> bytes:
    if isinstance(sequence, str):
        return sequence.encode("utf-8", "surrogatepass")
    if isinstance(sequence, Path):
        return sequence.read_bytes()
    if isinstance(sequence, list):
        return "\0".join(sequence).encode("utf-8", "surrogatepass")
    if isinstance(sequence, Waveform):
        return repr(sequence.rate).encode() + sequence.samples.tobytes()
    values = np.ascontiguousarray(sequence, np.float32)
    return repr(values.shape).encode() + values.tobytes()


def hashes_of_texts(texts: Sequence[str]) -> Iterator[Hashes]:
    """Yield hashes of all stretches of 64 characters, wherever they begin; of shorter texts, one of each."""
    yield from hashes_of_sequences([text for text in texts if len(text) < STRETCH])
    for text in texts:
        for begin in range(0, len(text) - STRETCH + 1, BLOCK):
            part = text[begin : begin + BLOCK + STRETCH - 1]
            codes = np.frombuffer(part.encode("utf-32-le", "surrogatepass"), np.uint32)
            yield _of_windows(codes.astype(np.uint64), STRETCH)


def hashes_of_rows(series: SeriesSet, first: Integers | None = None) -> Iterator[Hashes]:
    """Yield hashes of the rows of each series from ``first[s]`` on: of eight values, and of the time of the last.

    Rows with fewer before them, and those at the end of eight equal values, which stand anywhere, have none.
    """
    timed = series.columns.time is not None
    for s, length in enumerate(series.lengths):
        values, start = series.values(s), 0 if first is None else max(0, int(first[s]) - ROWS + 1)
        for begin in range(start, int(length) - ROWS + 1, BLOCK):
            # As single precision, whatever the file held them in; 0.0 is added as −0.0 equals 0.0.
            part = values[begin : begin + BLOCK + ROWS - 1].astype(np.float32) + np.float32(0)
            found = _of_windows(part.view(np.uint32).astype(np.uint64), ROWS)
            if timed:
                found ^= _mixed(
                    series.times(s, begin + ROWS - 1, len(found)).astype(np.int64).view(np.uint64)
                )
            changes = np.concatenate([[0], np.cumsum(part[1:] != part[:-1])])
            yield found[changes[ROWS - 1 :] > changes[: 1 - ROWS]]


def _of_windows(values: Hashes, width: int) -> Hashes:
    """Return a hash of every window of ``width`` values, a power of two.

    It is a polynomial of the values modulo 2⁶⁴, put together from halves: ``h(ab) = h(a) m + h(b)``.
    """
    found, half, factor = _mixed(values), 1, FACTOR
    while half < width:
        found = found[:-half] * np.uint64(factor) + found[half:]
        half, factor = 2 * half, factor * factor % 2**64
    return _mixed(found)


def _mixed(values: Hashes) -> Hashes:
    """Return numbers whose bits all depend on all bits of the given ones (the last part of splitmix64)."""
    values = values + np.uint64(FACTOR)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = values ^ (values >> np.uint64(31))
    return mixed
