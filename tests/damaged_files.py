"""Files that somebody cut or wrote into, for readers that must say so in one line."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gatewise.errors import ReadError
from gatewise.nn import Recurrent, read_layers

__all__ = ["assert_read_or_refused", "damaged"]


def damaged(whole: bytes, count: int) -> Iterator[bytes]:
    """Yield shorter and changed copies."""
    random = np.random.default_rng(0)
    for _ in range(count):
        cut = random.integers(1, len(whole) + 1) if random.random() < 0.3 else len(whole)
        copy = bytearray(whole[:cut])
        for place in random.integers(0, len(copy), random.integers(1, 30)):
            copy[place] = random.integers(0, 256)
        yield bytes(copy)


def assert_read_or_refused(path: Path) -> str:
    """Read the layers of a file: there are some, or one line says why not, and is returned."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            layers = read_layers(path)
        except ReadError as error:
            said = str(error)
        else:
            assert layers
            assert all(isinstance(layer, Recurrent) for layer in layers.values())
            return ""
    assert said.startswith(str(path))
    assert "\n" not in said
    assert len(said) < len(str(path)) + 401
    return said
