"""Weights of recurrent cells in HDF5 files, by the group they stand in; nothing outside of the file is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.errors import ReadError
from gatewise.nn.foreign.files import most_bytes
from gatewise.nn.foreign.keras.library import h5py

__all__ = ["Stored", "attribute", "stored_cells"]

Array = NDArray[Any]
# Groups inside of each other; and in all.
DEEPEST, MOST = 32, 100_000
PARTS = ("kernel", "recurrent_kernel", "bias")
# Their moments have the names and shapes of weights.
OPTIMISERS = ("optimizer", "optimizer_weights")


@dataclass(frozen=True)
class Stored:
    """Weights of a cell.

    Attributes
    ----------
    path : tuple of str
        Of groups: of a file of Keras 3 down to the layer, else of names down to what holds the weights.
    label, around : str
        What the layer, and what is around it, are called by their user, where groups say it.
    kernel, recurrent_kernel, bias : array
        As Keras has them: a column for each block and unit.
    """

    path: tuple[str, ...]
    label: str
    around: str
    kernel: Array
    recurrent_kernel: Array
    bias: Array | None


def stored_cells(path: Path, file: Any) -> list[Stored]:
    """Return the weights of every group that looks like a recurrent cell."""
    most = most_bytes(path)
    cells = []
    for place, group in _groups(path, file):
        # Several cells in one layer stand below the same.
        numbered = "cell" in place and place[-1] == "vars"
        names = ("0", "1", "2") if numbered else PARTS
        parts = _datasets(group)
        # Kernels of more axes are of a convolution over time, for one.
        if not set(names[:2]) <= set(parts) <= set(names) or any(
            len(parts[one].shape) != 2 for one in names[:2]
        ):
            continue
        arrays = []
        for name in names:
            if name in parts:
                most -= _bytes(f"{path}: {_joined(place)}", parts[name], most)
                arrays.append(_array(parts[name]))
        own = place[: place.index("cell")] if numbered else place
        label = _label(file, own) if numbered else ""
        around = _label(file, own[:-1]) if numbered else ""
        cells.append(Stored(own, label, around, arrays[0], arrays[1], arrays[2] if len(arrays) > 2 else None))
    return cells


def _label(file: Any, place: tuple[str, ...]) -> str:
    group = file[_joined(place)]
    return (attribute(group["vars"], "name") if "vars" in group else None) or ""


def attribute(group: Any, name: str) -> str | None:
    """Return an attribute that is a text."""
    value = group.attrs.get(name)
    value = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return value if isinstance(value, str) else None


def _joined(place: tuple[str, ...]) -> str:
    return "/".join(place) or "/"


def _groups(path: Path, file: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield all groups with their places; links to other files or back are left out."""
    library = h5py()
    seen = 0
    open_groups: list[tuple[tuple[str, ...], Any]] = [((), file)]
    while open_groups:
        place, group = open_groups.pop()
        seen += 1
        if seen > MOST or len(place) > DEEPEST:
            raise ReadError(f"{path}: expected at most {MOST:,} groups, {DEEPEST} deep, found more")
        yield place, group
        inside = []
        for name in group:
            own = place or name not in OPTIMISERS
            if own and type(group.get(name, getlink=True)) is library.HardLink:
                below = group[name]
                if isinstance(below, library.Group):
                    inside.append(((*place, name), below))
        open_groups += reversed(inside)


def _datasets(group: Any) -> Mapping[str, Any]:
    """Return what a group holds itself, without the ``:0`` that names of TensorFlow end in."""
    library = h5py()
    return {
        name.removesuffix(":0"): group[name]
        for name in group
        if type(group.get(name, getlink=True)) is library.HardLink
        and isinstance(group[name], library.Dataset)
    }


def _bytes(where: str, dataset: Any, most: int) -> int:
    """Check what a dataset is before it is read; returns the bytes that it takes."""
    if dataset.external or dataset.is_virtual:
        raise ReadError(f"{where}: expected weights in the file, found some that stand in another one")
    if dataset.dtype.kind != "f":
        raise ReadError(f"{where}: expected weights of floating point, found {dataset.dtype}")
    # A part is read as a whole, however little of it is asked for.
    taken: int = max(dataset.nbytes, dataset.dtype.itemsize * prod(dataset.chunks or (0,)))
    if taken > most:
        raise ReadError(f"{where}: expected at most {most:,} bytes of weights, found {taken:,}")
    return taken


def _array(dataset: Any) -> Array:
    array = np.asarray(dataset[()])
    return array.astype(np.float64 if array.dtype.itemsize >= 8 else np.float32)
