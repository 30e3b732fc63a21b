"""Weights of networks as they are saved, held against the shape that is said of them before a network is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from gatewise.errors import SavedModelError
from gatewise.estimators.saving.directory import CONFIG, WEIGHTS

__all__ = ["weights_of"]

Arrays = dict[str, NDArray[Any]]


def weights_of(arrays: Arrays, members: Any, layers: Any, build: Callable[[], nn.Module]) -> list[Arrays]:
    """Return the weights of each member by their names in a network.

    Parameters
    ----------
    members, layers : int
        How many there are to be, as was read.
    build : callable
        Makes one of the networks; called where nothing takes memory.

    Raises
    ------
    SavedModelError
        They are not those of such networks, or are no numbers.
    """
    numbers = {int(name.partition(".")[0]) for name in arrays if name.partition(".")[0].isdecimal()}
    if type(members) is not int or members != len(numbers) or max(numbers, default=-1) != members - 1:
        raise SavedModelError(
            f"{CONFIG}: members: expected {len(numbers)}, as {WEIGHTS} has, found {members!r:.40}"
        )
    if type(layers) is not int or not 0 < layers <= len(arrays):
        raise SavedModelError(
            f"{CONFIG}: shape: num_layers: expected some of {WEIGHTS}, found {layers!r:.40}"
        )
    with torch.device("meta"):
        wanted = build().state_dict()
    return [_member(arrays, f"{number}.", wanted) for number in range(members)]


def _member(arrays: Arrays, prefix: str, wanted: dict[str, Any]) -> Arrays:
    own = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
    for name in sorted(own.keys() ^ wanted.keys()):
        is_there, is_due = ("an array", "none") if name in own else ("none", "an array")
        raise SavedModelError(
            f"{WEIGHTS}: {prefix}{name:.60}: expected {is_due}, as {CONFIG} says, found {is_there}"
        )
    for name, tensor in wanted.items():
        array, shape = own[name], tuple(tensor.shape)
        if array.shape != shape:
            raise SavedModelError(
                f"{WEIGHTS}: {prefix}{name}: expected the shape {shape}, as {CONFIG} says, found {array.shape}"
            )
        if tensor.is_floating_point() != (array.dtype.kind == "f"):
            raise SavedModelError(f"{WEIGHTS}: {prefix}{name}: expected {tensor.dtype}, found {array.dtype}")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise SavedModelError(
                f"{WEIGHTS}: {prefix}{name}: expected finite numbers, found some that are not"
            )
    return own
